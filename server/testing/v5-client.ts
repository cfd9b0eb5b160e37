/** A plain v5 client on `ws`: no more than the protocol, and every frame kept. */
import { type ClientOptions, WebSocket } from "ws";
import { Channel, encodeClose, encodeFrame } from "#protocol/channel.ts";
import { encodeResize } from "#protocol/resize.ts";
import { decodeStatus, type Status } from "#protocol/status.ts";
import { V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { until } from "./loopback.ts";

export interface Refusal {
  code: number;
  headers: Record<string, unknown>;
  body: string;
}

export class V5Client {
  readonly frames: Buffer[] = [];
  end: { code: number; reason: string } | null = null;

  private constructor(readonly ws: WebSocket) {
    ws.on("message", (data: Buffer) => this.frames.push(data));
    ws.on("close", (code, reason) => {
      this.end = { code, reason: reason.toString() };
    });
    ws.on("error", () => {});
  }

  /** Rejects with the Refusal when the handshake is refused. */
  static connect(
    url: string,
    token: string,
    protocols: string[] = [V5_SUBPROTOCOL],
    options: ClientOptions = {},
  ): Promise<V5Client> {
    const headers: Record<string, string> = token === "" ? {} : { authorization: `Bearer ${token}` };
    const ws = new WebSocket(url.replace(/^http/, "ws"), protocols, {
      perMessageDeflate: false,
      ...options,
      headers: { ...headers, ...options.headers },
    });
    const client = new V5Client(ws);
    return new Promise((resolve, reject) => {
      ws.once("open", () => resolve(client));
      ws.once("error", reject);
      ws.once("unexpected-response", (_request, response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text: string) => {
          body += text;
        });
        response.on("end", () => reject({ code: response.statusCode, headers: response.headers, body }));
      });
    });
  }

  stdin(text: string | Uint8Array): void {
    this.ws.send(encodeFrame(Channel.Stdin, Buffer.from(text)));
  }

  closeStdin(): void {
    this.ws.send(encodeClose(Channel.Stdin));
  }

  resize(width: number, height: number): void {
    this.ws.send(encodeFrame(Channel.Resize, encodeResize({ width, height })));
  }

  /** Everything that came on a channel so far. */
  on(channel: number): Buffer {
    const frames = this.frames.filter((frame) => frame[0] === channel);
    return Buffer.concat(frames.map((frame) => frame.subarray(1)));
  }

  get stdout(): string {
    return this.on(Channel.Stdout).toString("utf8");
  }

  get stderr(): string {
    return this.on(Channel.Stderr).toString("utf8");
  }

  get status(): Status | null {
    return decodeStatus(this.on(Channel.Error));
  }

  get exitCode(): number | null {
    if (this.status?.status === "Success") return 0;
    const cause = this.status?.details?.causes?.find((entry) => entry.reason === "ExitCode");
    return cause ? Number(cause.message) : null;
  }

  async ended(): Promise<{ code: number; reason: string }> {
    await until("the end of the stream", () => this.end !== null);
    return this.end!;
  }

  untilStdout(text: string): Promise<void> {
    return until(`${JSON.stringify(text)} on stdout`, () => this.stdout.includes(text));
  }
}

/** The path of an exec with everything but a terminal; `query` adds to it or replaces. */
export function execPath(
  command: readonly string[],
  query: Record<string, string> = {},
  pod = "default/shell",
): string {
  const [namespace, name] = pod.split("/");
  const parameters = new URLSearchParams({ stdout: "true", stderr: "true", ...query });
  for (const word of command) parameters.append("command", word);
  return `/api/v1/namespaces/${namespace}/pods/${name}/exec?${parameters}`;
}
