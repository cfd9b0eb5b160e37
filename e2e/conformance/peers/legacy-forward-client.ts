/** A client of the old WebSocket port-forward for one port: channel 0 is data both ways, channel 1 error text. */
import { createHash } from "node:crypto";
import { WebSocket } from "ws";
import { limited } from "../../waiting.ts";
import { Conditions } from "../conditions.ts";
import type { Target } from "../target.ts";
import { V4 } from "./frame-client.ts";
import { openWebSocket } from "./open-websocket.ts";
import type { RandomBytes } from "./random-bytes.ts";

const DATA = 0;
const PREFACE_BYTES = 2;
const KEPT_BYTES = 1024 * 1024;
/** Messages handed to the kernel and not yet taken: above it the sender waits. */
const QUEUED_BYTES = 1024 * 1024;

export class LegacyForwardClient {
  /** The port that each channel begins with, in the order they came. */
  readonly prefaces: Buffer[] = [];
  bytes = 0;
  readonly #seen = new Set<number>();
  readonly #kept: Buffer[] = [];
  readonly #errors: Buffer[] = [];
  readonly #heard = new Conditions();
  readonly #hash = createHash("sha256");
  readonly #closed: Promise<void>;

  private constructor(private readonly socket: WebSocket) {
    socket.on("message", (message: Buffer) => this.#receive(message));
    this.#closed = new Promise((resolve) => socket.once("close", () => resolve()));
  }

  /** @throws RefusedError */
  static async open(target: Target, path: string): Promise<LegacyForwardClient> {
    let client!: LegacyForwardClient;
    const prepare = (socket: WebSocket) => {
      client = new LegacyForwardClient(socket);
    };
    await openWebSocket(target, path, { offer: [V4], prepare });
    return client;
  }

  send(payload: Uint8Array | string): Promise<void> {
    const message = Buffer.concat([Buffer.of(DATA), Buffer.from(payload)]);
    return new Promise((resolve) => this.socket.send(message, { binary: true }, () => resolve()));
  }

  /** No faster than it is taken. */
  async sendAll(random: RandomBytes): Promise<void> {
    for (const piece of random.pieces()) {
      const sent = this.send(piece);
      if (this.socket.bufferedAmount > QUEUED_BYTES) await sent;
      if (this.socket.readyState !== WebSocket.OPEN) return;
    }
  }

  data(): string {
    return Buffer.concat(this.#kept).toString();
  }

  errors(): string {
    return Buffer.concat(this.#errors).toString();
  }

  sha256(): string {
    return this.#hash.copy().digest("hex");
  }

  ended(): Promise<void> {
    return limited(this.#closed, "the server to close");
  }

  async until(what: string, condition: () => boolean, limitMs?: number): Promise<void> {
    const seen = this.#heard.until(condition);
    const ended = this.#closed.then(() => {
      if (!condition()) throw new Error(`the server closed before ${what}; it said: ${this.errors()}`);
    });
    await limited(Promise.race([seen, ended]), what, limitMs);
  }

  terminate(): void {
    this.socket.terminate();
  }

  #receive(message: Buffer): void {
    const channel = message[0] ?? -1;
    let payload = message.subarray(1);
    if (!this.#seen.has(channel)) {
      this.#seen.add(channel);
      this.prefaces.push(payload.subarray(0, PREFACE_BYTES));
      payload = payload.subarray(PREFACE_BYTES);
    }
    if (channel === DATA) {
      this.bytes += payload.byteLength;
      this.#hash.update(payload);
      if (this.bytes <= KEPT_BYTES) this.#kept.push(payload);
    } else {
      this.#errors.push(payload);
    }
    this.#heard.check();
  }
}
