/**
 * A plain client of exec and attach over WebSocket, as small as one can be. Frames are read as Kubernetes defines
 * them, without the product's own codec. Next hop: the target.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import { limited } from "../../waiting.ts";
import { Conditions } from "../conditions.ts";
import type { Target } from "../target.ts";
import { openWebSocket } from "./open-websocket.ts";

export const V5 = "v5.channel.k8s.io";
export const V4 = "v4.channel.k8s.io";
export const STDIN = 0;
export const STDOUT = 1;
export const STDERR = 2;
export const STATUS = 3;
export const RESIZE = 4;
export const CLOSE = 255;

const WAIT_LIMIT_MS = 60_000;
/** Output beyond this is hashed and counted, not kept. */
const KEPT_BYTES = 1024 * 1024;
/** Channels of the messages, for checks about their order. */
const KEPT_MESSAGES = 10_000;
/** Messages handed to the kernel and not yet taken: above it stdin waits. */
const QUEUED_BYTES = 1024 * 1024;

export interface Status {
  status?: string;
  message?: string;
  reason?: string;
  details?: { causes?: { reason?: string; message?: string }[] };
}

export interface FrameEnd {
  closeCode: number;
  stdout: Buffer;
  stderr: Buffer;
  stdoutBytes: number;
  stdoutSha256: string;
  /** Null: none came. */
  status: Status | null;
}

export interface FrameOptions {
  offer?: readonly string[];
  deflate?: boolean;
  /** Output as it comes. */
  onStdout?(payload: Buffer): void;
}

export class FrameClient {
  /** The 101. */
  response!: IncomingMessage;
  /** Channel and payload length of each message, in order. */
  readonly messages: { channel: number; bytes: number }[] = [];
  readonly #kept: Record<number, Buffer[]> = { [STDOUT]: [], [STDERR]: [], [STATUS]: [] };
  readonly #heard = new Conditions();
  readonly #hash = createHash("sha256");
  readonly #ended: Promise<number>;
  #keptBytes = 0;
  stdoutBytes = 0;

  private constructor(
    private readonly socket: WebSocket,
    private readonly onStdout: (payload: Buffer) => void,
  ) {
    socket.on("message", (data: Buffer) => this.#receive(data));
    this.#ended = new Promise((resolve) => socket.once("close", resolve));
  }

  /** @throws RefusedError */
  static async open(target: Target, path: string, options: FrameOptions = {}): Promise<FrameClient> {
    const { offer = [V5], deflate = false, onStdout = () => {} } = options;
    let client!: FrameClient;
    const prepare = (socket: WebSocket) => {
      client = new FrameClient(socket, onStdout);
    };
    const { response } = await openWebSocket(target, path, { offer, deflate, prepare });
    client.response = response;
    return client;
  }

  get subprotocol(): string {
    return this.socket.protocol;
  }

  /** One message as it is; resolves when the kernel has it. */
  sendMessage(message: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.socket.send(message, { binary: true }, () => resolve()));
  }

  send(channel: number, payload: Uint8Array | string = ""): Promise<void> {
    return this.sendMessage(Buffer.concat([Buffer.of(channel), Buffer.from(payload)]));
  }

  /** All of it, no faster than it is taken. */
  async stdin(pieces: Iterable<Uint8Array>): Promise<void> {
    for (const piece of pieces) {
      const sent = this.send(STDIN, piece);
      if (this.socket.bufferedAmount > QUEUED_BYTES) await sent;
      if (this.socket.readyState !== WebSocket.OPEN) return;
    }
  }

  closeStdin(): Promise<void> {
    return this.sendMessage(Uint8Array.of(CLOSE, STDIN));
  }

  resize(width: number, height: number): Promise<void> {
    return this.send(RESIZE, `{"Width":${width},"Height":${height}}\n`);
  }

  /** Resolves with the pong. */
  ping(): Promise<void> {
    const pong = new Promise<void>((resolve) => this.socket.once("pong", () => resolve()));
    this.socket.ping();
    return limited(pong, "a pong");
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  text(): string {
    return Buffer.concat(this.#kept[STDOUT] ?? []).toString();
  }

  /** Waits until the condition holds after some message. */
  async until(what: string, condition: () => boolean): Promise<void> {
    const seen = this.#heard.until(condition);
    const ended = this.#ended.then((code) => {
      if (!condition()) throw new Error(`the stream ended (close code ${code}) before ${what}`);
    });
    await limited(Promise.race([seen, ended]), what);
  }

  untilStdout(text: string): Promise<void> {
    return this.until(`stdout held ${JSON.stringify(text)}`, () => this.text().includes(text));
  }

  /** Waits for the close. */
  async end(limitMs = WAIT_LIMIT_MS): Promise<FrameEnd> {
    const closeCode = await limited(this.#ended, "the end of the stream", limitMs);
    const status = Buffer.concat(this.#kept[STATUS] ?? []).toString();
    return {
      closeCode,
      stdout: Buffer.concat(this.#kept[STDOUT] ?? []),
      stderr: Buffer.concat(this.#kept[STDERR] ?? []),
      stdoutBytes: this.stdoutBytes,
      stdoutSha256: this.#hash.copy().digest("hex"),
      status: status === "" ? null : (JSON.parse(status) as Status),
    };
  }

  /** Closes in order, as a client that leaves does. */
  close(): void {
    this.socket.close(1000);
  }

  terminate(): void {
    this.socket.terminate();
  }

  #receive(message: Buffer): void {
    const channel = message[0] ?? -1;
    const payload = message.subarray(1);
    if (this.messages.length < KEPT_MESSAGES) this.messages.push({ channel, bytes: payload.byteLength });
    if (channel === STDOUT) {
      this.stdoutBytes += payload.byteLength;
      this.#hash.update(payload);
      this.onStdout(payload);
    }
    if (this.#keptBytes < KEPT_BYTES || channel === STATUS) {
      this.#keptBytes += payload.byteLength;
      this.#kept[channel]?.push(payload);
    }
    this.#heard.check();
  }
}

/** The exit code a Status tells, or null when it tells none: then it is no exit at all. */
export function exitCode(status: Status | null): number | null {
  if (status?.status === "Success") return 0;
  if (status?.reason !== "NonZeroExitCode") return null;
  const cause = status.details?.causes?.find(({ reason }) => reason === "ExitCode");
  return cause?.message === undefined ? null : Number(cause.message);
}
