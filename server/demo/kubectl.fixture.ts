/** A real kubectl for tests, and the demo cluster over TLS behind it. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "#server/log.ts";
import { type DemoCluster, startDemoCluster } from "./demo-cluster.ts";
import { kubeconfigText } from "./kubeconfig-text.ts";

const KILL_AFTER_MS = 15_000;

export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** PORTHOLE_KUBECTL, or the kubectl of the reference folder; null when neither is there. */
export function findKubectl(): string | null {
  const { PORTHOLE_KUBECTL: named, PORTHOLE_REFERENCE_BIN: folder } = process.env;
  const path = named ?? (folder ? join(folder, "kubectl") : null);
  return path !== null && existsSync(path) ? path : null;
}

/** For 127.0.0.1, signed by itself. */
export function makeCertificate(folder: string): { certFile: string; keyFile: string } {
  const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", keyFile];
  const subject = ["-subj", "/CN=demo", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...newKey, ...subject, "-out", certFile], { stdio: "pipe" });
  return { certFile, keyFile };
}

/** Runs of a kubectl with a folder of its own as its home; `config` there is its kubeconfig, empty at first. */
export class KubectlRuns {
  readonly folder = mkdtempSync(join(tmpdir(), "porthole-test-"));

  constructor(
    private readonly kubectl: string,
    private readonly killAfterMs = KILL_AFTER_MS,
  ) {
    writeFileSync(join(this.folder, "config"), "");
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** As the admin; "--context demo-viewer" makes it the viewer. */
  run(
    args: string,
    options: { input?: string | Buffer; env?: Record<string, string> } = {},
  ): Promise<Result> {
    return this.start(args, options).ended;
  }

  /** In a terminal of its own, as `script` makes one. */
  runInTerminal(args: string, input: string): Promise<Result> {
    return this.#spawn("script", ["-qec", `${this.kubectl} ${args}`, "/dev/null"], { input }).ended;
  }

  /** Runs until it is stopped. */
  start(args: string, options: { input?: string | Buffer; env?: Record<string, string> } = {}) {
    // Words in single quotes hold blanks.
    const words = [...args.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2]!);
    return this.#spawn(this.kubectl, words, options);
  }

  #spawn(
    file: string,
    args: string[],
    { input = "", env = {} }: { input?: string | Buffer; env?: Record<string, string> },
  ) {
    const child = spawn(file, args, {
      env: { ...process.env, HOME: this.folder, KUBECONFIG: join(this.folder, "config"), ...env },
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), this.killAfterMs);
    const seen: Result = { code: null, stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        seen[name] += text;
      });
    }
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const ended = new Promise<Result>((resolve) => {
      child.once("close", (code) => {
        clearTimeout(timer);
        resolve({ ...seen, code });
      });
    });
    const stop = () => {
      child.kill("SIGINT");
      return ended;
    };
    return { seen, ended, stop };
  }
}

/** The cluster that it knows is the demo, as each of its users. */
export class KubectlFixture extends KubectlRuns {
  demo!: DemoCluster;

  static async start(kubectl: string): Promise<KubectlFixture> {
    const fixture = new KubectlFixture(kubectl);
    const { certFile, keyFile } = makeCertificate(fixture.folder);
    const tls = { cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
    fixture.demo = await startDemoCluster({ log: createLogger("text", "silent"), tls });
    writeFileSync(join(fixture.folder, "config"), kubeconfigText(fixture.demo, tls.cert));
    return fixture;
  }

  async stop(): Promise<void> {
    await this.demo.close();
    this.close();
  }
}
