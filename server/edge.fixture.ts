/** The whole server on a loopback port with the demo cluster behind it, and clients that need not behave. */
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { WebSocket } from "ws";
import { KEY_HEADER } from "#protocol/api.ts";
import { V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { readConfig } from "#server/config/config.ts";
import type { DemoClusterOptions } from "#server/demo/demo-cluster.ts";
import { type FaultyDemoCluster, startFaultyDemoCluster } from "#server/demo/faults/faulty-demo-cluster.ts";
import type { ConnectionLimits } from "#server/http/connections/limits.ts";
import { createLogger } from "./log.ts";
import { type Porthole, startPorthole } from "./porthole.ts";

const RAW_TIMEOUT_MS = 3_000;
export const EXEC =
  "/clusters/demo/api/v1/namespaces/default/pods/shell/exec?container=main&stdin=true&stdout=true&command=cat";

export class Edge {
  readonly origin: string;
  readonly machine: { authorization: string };

  private constructor(
    readonly port: number,
    readonly token: string,
    /** Every line the server logged. */
    readonly logged: string[],
    /** Whose faults and roles may be changed while it runs. */
    readonly demo: FaultyDemoCluster,
    readonly close: (graceMs?: number) => Promise<void>,
    /** Has the kubeconfig looked at now. */
    readonly reload: () => Promise<void>,
    /** As SIGTERM does; the end itself is close(). */
    readonly drain: Porthole["drain"],
  ) {
    this.origin = `http://127.0.0.1:${port}`;
    this.machine = { authorization: `Bearer ${token}` };
  }

  /** @param flags beside --demo, as on the command line; @param limits for connections, to be reached with few */
  static start(flags: readonly string[] = [], limits?: ConnectionLimits): Promise<Edge> {
    return Edge.#start(["--demo", ...flags], undefined, limits);
  }

  /** In front of a demo cluster that is known by a kubeconfig alone, and ends with it. */
  static startWith(
    kubeconfig: string,
    demo: FaultyDemoCluster,
    flags: readonly string[] = [],
  ): Promise<Edge> {
    return Edge.#start([`--kubeconfig=${kubeconfig}`, ...flags], demo);
  }

  static async #start(
    flags: readonly string[],
    known?: FaultyDemoCluster,
    limits?: ConnectionLimits,
  ): Promise<Edge> {
    const logged: string[] = [];
    const writeToStderr = process.stderr.write;
    process.stderr.write = (line: string | Uint8Array) => {
      logged.push(line.toString());
      return true;
    };
    const token = randomBytes(32).toString("base64url");
    const config = await readConfig(["--port", "0", `--token=${token}`, ...flags], {});
    let demo = known;
    const startDemo = async (options: DemoClusterOptions) => {
      demo = await startFaultyDemoCluster(options);
      return demo;
    };
    const porthole = await startPorthole(config, {}, createLogger("text"), startDemo, limits);
    if (!demo) throw new Error("the demo cluster did not start");
    const close = async (graceMs = 0) => {
      await porthole.close(graceMs);
      await known?.close();
      process.stderr.write = writeToStderr;
    };
    const { drain } = porthole;
    return new Edge(porthole.port, token, logged, demo, close, () => porthole.clusters.reload(), drain);
  }

  /** Raw bytes to the answer; "" when the connection is closed without one. */
  raw(text: string): Promise<{ line: string; all: string }> {
    return new Promise((resolve) => {
      let all = "";
      const socket = connect(this.port, "127.0.0.1", () => socket.write(text.replaceAll("\n", "\r\n")));
      socket.on("data", (data) => {
        all += data.toString("latin1");
      });
      socket.on("error", () => {});
      socket.on("close", () => resolve({ line: all.split("\r\n")[0]!, all }));
      socket.setTimeout(RAW_TIMEOUT_MS, () => socket.destroy());
    });
  }

  get(path: string, host = `127.0.0.1:${this.port}`, more = ""): string {
    return `GET ${path} HTTP/1.1\nHost: ${host}\nConnection: close\n${more}\n`;
  }

  upgradeTo(path: string, headers: Record<string, string>, version = "13"): string {
    const lines = {
      Host: `127.0.0.1:${this.port}`,
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": version,
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Protocol": V5_SUBPROTOCOL,
      ...headers,
    };
    const text = Object.entries(lines).map(([name, value]) => `${name}: ${value}\n`);
    return `GET ${path} HTTP/1.1\n${text.join("")}\n`;
  }

  dial(path: string, protocols: string[] = [V5_SUBPROTOCOL], headers: Record<string, string> = this.machine) {
    const url = this.origin.replace("http", "ws") + path;
    const ws = new WebSocket(url, protocols, { headers, perMessageDeflate: true });
    const seen = { code: 0, reason: "", refused: 0, frames: [] as Buffer[] };
    ws.on("error", () => {});
    ws.on("message", (data: Buffer) => seen.frames.push(data));
    ws.on("close", (code, reason) => Object.assign(seen, { code, reason: reason.toString() }));
    ws.on("unexpected-response", (_request, response) => {
      seen.refused = response.statusCode ?? 0;
      response.resume().once("end", () => ws.terminate());
    });
    const opened = new Promise<void>((resolve) => ws.once("open", resolve));
    return { ws, seen, opened };
  }

  async sessionCount(): Promise<number> {
    const answer = await fetch(`${this.origin}/api/sessions`, { headers: this.machine });
    return ((await answer.json()) as { sessions: unknown[] }).sessions.length;
  }

  /** As a browser: what its page sends with each request. */
  async signIn(): Promise<Record<typeof KEY_HEADER, string>> {
    const answer = await fetch(`${this.origin}/api/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: this.token }),
    });
    const { key } = (await answer.json()) as { key: string };
    return { [KEY_HEADER]: key };
  }
}
