/** SPDY connections over real sockets for tests: two of ours, or one of ours against raw bytes. */
import type { Socket } from "node:net";
import { SpdyConnection } from "#server/spdy/connection.ts";
import type { SpdyConnectionOptions } from "#server/spdy/connection-options.ts";
import type { SpdyStream } from "#server/spdy/stream.ts";
import { socketPair } from "./socket-pair.ts";

type Options = Omit<SpdyConnectionOptions, "role">;

const opened: (() => void)[] = [];

/** For afterEach. */
export function closeSpdyPairs(): void {
  for (const close of opened.splice(0)) close();
}

export async function spdyPair(
  options: { client?: Options; server?: Options } = {},
): Promise<{ client: SpdyConnection; server: SpdyConnection; near: Socket; far: Socket }> {
  const { near, far } = await trackedPair();
  const client = new SpdyConnection(near, { ...options.client, role: "client" });
  const server = new SpdyConnection(far, { ...options.server, role: "server" });
  return { client, server, near, far };
}

/** A far end that answers nothing by itself and remembers what came. */
class RawPeer {
  #received = Buffer.alloc(0);
  ended = false;

  constructor(readonly socket: Socket) {
    socket.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
    socket.on("close", () => {
      this.ended = true;
    });
    socket.on("end", () => {
      this.ended = true;
    });
  }

  get received(): string {
    return this.#received.toString("hex");
  }

  send(hex: string): void {
    this.socket.write(Buffer.from(hex, "hex"));
  }
}

export async function withRawPeer(
  options: SpdyConnectionOptions,
): Promise<{ connection: SpdyConnection; peer: RawPeer }> {
  const { near, far } = await trackedPair();
  return { connection: new SpdyConnection(near, options), peer: new RawPeer(far) };
}

async function trackedPair() {
  const pair = await socketPair();
  opened.push(pair.close);
  return pair;
}

/**
 * Everything a stream yields until its end. Rejects when it fails or is cut.
 * Not `for await`, which destroys the stream at its end and with it the half that writes.
 */
export function readAll(stream: SpdyStream): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    stream.on("data", (piece: Buffer) => pieces.push(piece));
    stream.on("end", () => resolve(Buffer.concat(pieces)));
    stream.on("error", reject);
    stream.on("close", () => reject(new Error("the stream closed before its end")));
  });
}
