/**
 * exec through Porthole against upstream code, by a client that knows only Kubernetes: once on the endpoint that
 * kubectl uses, once on a terminal session of the page.
 */
import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PortholeProcess } from "../porthole-process.ts";
import { ExecClient, type ExecResult, exitCodeOf, RefusedError } from "./exec-client.ts";
import {
  type Mode,
  type ReferenceCluster,
  residentBytes,
  startReferenceCluster,
} from "./reference-cluster.ts";

const MIB = 1024 * 1024;
const CLOSED_NORMALLY = 1000;

/** API servers that speak v5: translated there (phase1), or passed through to the kubelet (phase2). */
const MODES: Mode[] = ["phase1", "phase2"];

let porthole: PortholeProcess;

function startBoth(mode: Mode): void {
  let cluster: ReferenceCluster;
  beforeAll(async () => {
    cluster = await startReferenceCluster(mode);
    porthole = await PortholeProcess.start(["--kubeconfig", cluster.kubeconfig]);
  });
  afterAll(async () => {
    await porthole?.stop();
    await cluster?.stop();
  });
}

interface Exec {
  command: string[];
  tty?: boolean;
  stdin?: boolean;
  cluster?: string;
  discardStdout?: boolean;
}

/** The endpoint that kubectl uses. */
function exec({
  command,
  tty = false,
  stdin = true,
  cluster: context = "ref",
  ...rest
}: Exec): Promise<ExecClient> {
  const query = new URLSearchParams({ container: "main", stdout: "true" });
  if (stdin) query.set("stdin", "true");
  if (tty) query.set("tty", "true");
  else query.set("stderr", "true");
  for (const argument of command) query.append("command", argument);
  const origin = porthole.origin.replace(/^http/, "ws");
  const url = `${origin}/clusters/${context}/api/v1/namespaces/default/pods/shell/exec?${query}`;
  return ExecClient.open(url, { token: porthole.token, ...rest });
}

async function run(command: string[]): Promise<ExecResult> {
  return (await exec({ command, stdin: false })).result();
}

describe.each(MODES)("exec at the Kubernetes endpoint, %s", (mode) => {
  startBoth(mode);

  it("keeps stdout and stderr apart and tells the exit code", async () => {
    const result = await run(["sh", "-c", "echo out; echo err >&2; exit 3"]);
    expect(result).toMatchObject({ stdout: "out\n", stderr: "err\n", closeCode: CLOSED_NORMALLY });
    expect(exitCodeOf(result)).toBe(3);
  });

  it("tells success as a status, not as silence", async () => {
    const result = await run(["true"]);
    expect(result.status).toMatchObject({ status: "Success" });
    expect(result.closeCode).toBe(CLOSED_NORMALLY);
  });

  it("carries stdin to its end: a half-close ends the input, not the output", async () => {
    const input = randomBytes(1 * MIB);
    const client = await exec({ command: ["sha256sum"] });
    for (let at = 0; at < input.byteLength; at += 32 * 1024) client.stdin(input.subarray(at, at + 32 * 1024));
    client.closeStdin();
    const result = await client.result();
    expect(result.stdout).toBe(`${createHash("sha256").update(input).digest("hex")}  -\n`);
    expect(exitCodeOf(result)).toBe(0);
  });

  it("gives a tty its size, at the start and after a resize", async () => {
    const client = await exec({ command: ["sh", "-c", "read a; stty size; read b; stty size"], tty: true });
    client.resize(101, 37);
    client.stdin("\n");
    await client.untilStdout("37 101");
    client.resize(80, 24);
    client.stdin("\n");
    await client.untilStdout("24 80");
    expect(exitCodeOf(await client.result())).toBe(0);
  });

  it("says what the cluster said when the command cannot be run", async () => {
    const result = await run(["/no/such/program"]);
    expect(result.status).toMatchObject({ status: "Failure" });
    expect(exitCodeOf(result)).toBeNull();
  });

  it("moves 512 MB of output whole, in flat memory", async () => {
    const download = async (bytes: number) => {
      const command = ["head", "-c", String(bytes), "/dev/zero"];
      const result = await (await exec({ command, stdin: false, discardStdout: true })).result();
      expect(result.stdoutBytes).toBe(bytes);
      expect(exitCodeOf(result)).toBe(0);
    };
    // The first megabytes let the process grow to its working size.
    await download(64 * MIB);
    const before = residentBytes(porthole.pid);
    let highest = before;
    const sampling = setInterval(() => {
      highest = Math.max(highest, residentBytes(porthole.pid));
    }, 50);
    try {
      await download(512 * MIB);
    } finally {
      clearInterval(sampling);
    }
    expect((highest - before) / MIB).toBeLessThan(64);
  });

  it("refuses a viewer with the API server's code and a reason, before any stream", async () => {
    const refused = await exec({ command: ["id"], cluster: "ref-viewer" }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RefusedError);
    const { httpStatus, body } = refused as RefusedError;
    expect(httpStatus).toBe(403);
    expect(JSON.parse(body)).toMatchObject({ kind: "Status", code: 403 });
    expect(JSON.parse(body).message).toMatch(/pods\/exec/);
  });

  it("answers 404 for a pod that is not there and for a context that is not there", async () => {
    const url = (path: string) => `${porthole.origin.replace(/^http/, "ws")}/clusters/${path}`;
    for (const path of [
      "ref/api/v1/namespaces/default/pods/gone/exec?command=id&stdout=true",
      "nowhere/api/v1/namespaces/default/pods/shell/exec?command=id&stdout=true",
    ]) {
      const refused = ExecClient.open(url(path), { token: porthole.token });
      await expect(refused).rejects.toMatchObject({ httpStatus: 404 });
    }
  });

  it("refuses a client without the token", async () => {
    const query = "command=id&stdout=true";
    const origin = porthole.origin.replace(/^http/, "ws");
    const url = `${origin}/clusters/ref/api/v1/namespaces/default/pods/shell/exec?${query}`;
    await expect(ExecClient.open(url, { token: "x".repeat(43) })).rejects.toMatchObject({ httpStatus: 401 });
  });
});

describe.each(MODES)("a terminal session of the page, %s", (mode) => {
  startBoth(mode);

  const target = {
    cluster: "ref",
    namespace: "default",
    pod: "shell",
    container: "main",
    cols: 90,
    rows: 30,
  };

  async function openSession(command: string[]): Promise<ExecClient> {
    const { id } = await porthole.api<{ id: string }>("POST", "/api/sessions", { ...target, command });
    const url = `${porthole.origin.replace(/^http/, "ws")}/api/sessions/${id}/stream`;
    return ExecClient.open(url, { token: porthole.token });
  }

  it("is pure v5 for a client that offers only v5: output, size, input and exit code", async () => {
    const client = await openSession(["sh", "-c", "read a; stty size; read b; stty size; exit 5"]);
    client.stdin("\n");
    await client.untilStdout("30 90");
    client.resize(120, 40);
    client.stdin("\n");
    await client.untilStdout("40 120");
    const result = await client.result();
    expect(exitCodeOf(result)).toBe(5);
    expect(result.closeCode).toBe(CLOSED_NORMALLY);
  });

  it("goes on when the viewer is gone, and shows the next one the screen so far", async () => {
    const { id } = await porthole.api<{ id: string }>("POST", "/api/sessions", {
      ...target,
      command: ["sh"],
    });
    const url = `${porthole.origin.replace(/^http/, "ws")}/api/sessions/${id}/stream`;
    const first = await ExecClient.open(url, { token: porthole.token });
    first.stdin("marker=still-the-same-shell; echo first-viewer-was-here\n");
    await first.untilStdout("first-viewer-was-here\r\n");
    first.terminate();
    const second = await ExecClient.open(url, { token: porthole.token });
    await second.untilStdout("first-viewer-was-here\r\n");
    second.stdin('echo "<$marker>"; exit 0\n');
    await second.untilStdout("<still-the-same-shell>\r\n");
    expect(exitCodeOf(await second.result())).toBe(0);
  });

  it("is refused for a viewer with the missing right named", async () => {
    const asked = porthole.api("POST", "/api/sessions", { ...target, cluster: "ref-viewer" });
    await expect(asked).rejects.toThrow(/403 .*pods\/exec/);
  });
});
