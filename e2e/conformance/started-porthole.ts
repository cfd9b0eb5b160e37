/** The built product in front of the cluster that is to be looked at, started and stopped by the suite. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { PortholeProcess } from "../porthole-process.ts";
import { makeCertificate } from "../reference/test-certificate.ts";
import { CUT_CONTEXT, type CutContext, cutContext } from "./cut-context.ts";
import { CutProxy } from "./peers/cut-proxy.ts";

/** It holds addresses only, but it stands beside a key. */
const PRIVATE_FILE = 0o600;

export interface StartedPorthole {
  origin: string;
  token: string;
  /** Its own authority, when it serves TLS. */
  ca: string | undefined;
  caFile: string | undefined;
  /** A folder of the run's own; removed at the end. */
  folder: string;
  /** Cuts the connections of CUT_CONTEXT; a sentence says why it cannot. */
  cut: (() => void) | string;
  stop(): Promise<void>;
}

/** @param cluster the demo cluster, or a kubeconfig as kubectl finds it */
export async function startPorthole(
  cluster: { kind: "demo" } | { kind: "kubeconfig"; file: string | undefined; context: string | undefined },
): Promise<StartedPorthole> {
  const folder = mkdtempSync(join(tmpdir(), "porthole-conformance-"));
  const cleanUps: (() => void | Promise<void>)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
  try {
    const certificate = hasOpenssl() ? makeCertificate(folder) : undefined;
    const flags = certificate ? ["--tls-cert", certificate.cert, "--tls-key", certificate.key] : [];
    const environment: Record<string, string> = {};
    let cut: StartedPorthole["cut"] = "the demo cluster is inside Porthole: nothing runs between them";
    if (cluster.kind === "demo") {
      flags.push("--demo");
    } else {
      const files = cluster.file ?? process.env.KUBECONFIG ?? join(homedir(), ".kube", "config");
      environment.KUBECONFIG = files;
      const found = describeCut(files, cluster.context);
      if (typeof found === "string") {
        cut = found;
      } else {
        const proxy = await CutProxy.start(found.host, found.port);
        cleanUps.push(() => proxy.stop());
        const extra = join(folder, "cut.kubeconfig");
        writeFileSync(extra, found.text(proxy.port), { mode: PRIVATE_FILE });
        environment.KUBECONFIG = `${files}${delimiter}${extra}`;
        cut = () => proxy.cut();
      }
    }
    const porthole = await PortholeProcess.start(flags, environment);
    cleanUps.push(() => porthole.stop());
    return {
      origin: porthole.origin,
      token: porthole.token,
      ca: certificate && readFileSync(certificate.cert, "utf8"),
      caFile: certificate?.cert,
      folder,
      cut,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

export { CUT_CONTEXT };

function describeCut(files: string, context: string | undefined): CutContext | string {
  if (files.includes(delimiter)) return "KUBECONFIG names several files";
  if (!existsSync(files)) return "there is no kubeconfig file to read the address from";
  return cutContext(files, context);
}

/** kubectl sends its token over TLS only, and a certificate needs openssl. */
function hasOpenssl(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
