/** A client that keeps to no protocol: raw sockets, which read only what a row tells them to. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import type { Flood } from "./hostile-frames.fixture.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
/** What is written at once; a socket that is not read fills after a few of them. */
const FLOOD_BYTES = 64 * 1024;

export interface Where {
  port: number;
  token: string;
}

export class HostileClient {
  readonly sockets = new Set<Socket>();

  constructor(
    private readonly where: Where,
    private readonly over: AbortSignal,
  ) {
    over.addEventListener("abort", () => {
      for (const socket of this.sockets) socket.destroy();
    });
  }

  async connect(): Promise<Socket> {
    const socket = connect(this.where.port, "127.0.0.1");
    this.sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.sockets.delete(socket));
    await once(socket, "connect");
    return socket;
  }

  head(method: string, path: string, headers: Record<string, string> = {}): string {
    const { port, token } = this.where;
    const all = { Host: `127.0.0.1:${port}`, Authorization: `Bearer ${token}`, ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
  }

  /** A WebSocket of which nothing is read behind the 101. */
  webSocket(path: string, subprotocol = V5_SUBPROTOCOL): Promise<Socket> {
    return this.upgraded("GET", path, {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": KEY,
      "Sec-WebSocket-Protocol": subprotocol,
    });
  }

  spdy(path: string, version: string): Promise<Socket> {
    return this.upgraded("POST", path, {
      Connection: "Upgrade",
      Upgrade: "SPDY/3.1",
      "X-Stream-Protocol-Version": version,
      "Content-Length": "0",
    });
  }

  async upgraded(method: string, path: string, headers: Record<string, string>): Promise<Socket> {
    const socket = await this.connect();
    socket.write(this.head(method, path, headers));
    let answer = "";
    for (;;) {
      const [bytes] = (await Promise.race([once(socket, "data"), once(socket, "close")])) as [
        Buffer | boolean,
      ];
      if (!(bytes instanceof Buffer)) throw new Error(`no answer to ${method} ${path}: ${answer}`);
      answer += bytes.toString("latin1");
      if (answer.includes("\r\n\r\n")) break;
    }
    socket.pause();
    if (!answer.startsWith("HTTP/1.1 101")) throw new Error(`${method} ${path} was answered ${answer}`);
    return socket;
  }

  /** JSON both ways, as a machine that behaves. */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { port, token } = this.where;
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text || "null") as T;
  }

  /** Writes the same again and again, as fast as it is taken, until the row is over. */
  flood(socket: Duplex, { first, unit, everyMs }: Flood): void {
    if (first) socket.write(first);
    if (unit.byteLength === 0) return;
    if (everyMs === undefined) {
      void flood(socket, unit, this.over);
      return;
    }
    const timer = setInterval(() => socket.writable && socket.write(unit), everyMs);
    this.over.addEventListener("abort", () => clearInterval(timer));
  }
}

async function flood(socket: Duplex, unit: Uint8Array, over: AbortSignal): Promise<void> {
  const per = Math.max(1, Math.floor(FLOOD_BYTES / unit.byteLength));
  const block = Buffer.concat(Array.from({ length: per }, () => unit));
  while (!over.aborted && socket.writable) {
    if (socket.write(block)) await turn();
    else await drained(socket, over);
  }
}

/** Or closed, or over. */
function drained(socket: Duplex, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of ["drain", "close", "error"]) socket.off(event, done);
      over.removeEventListener("abort", done);
      resolve();
    };
    for (const event of ["drain", "close", "error"]) socket.once(event, done);
    over.addEventListener("abort", done);
    if (over.aborted || socket.destroyed) done();
  });
}
