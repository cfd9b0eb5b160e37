/** One stream of a SpdyPeer: what it sent, what came, and how it ended. */
import { createHash } from "node:crypto";
import { limited } from "../../waiting.ts";
import { Conditions } from "../conditions.ts";

/** Beyond this, bytes are hashed and counted only. */
const KEPT_BYTES = 1024 * 1024;

interface StreamSender {
  data(payload: Uint8Array, fin: boolean): Promise<void>;
  reset(): void;
}

export class SpdyPeerStream {
  readonly replied: Promise<void>;
  /** "the end" for a FIN; else how it was cut. */
  readonly ended: Promise<string>;
  bytes = 0;
  /** For whoever takes the bytes as they come. */
  sink: (payload: Buffer) => void = () => {};
  readonly #kept: Buffer[] = [];
  readonly #heard = new Conditions();
  readonly #hash = createHash("sha256");
  #reply = () => {};
  #refuse = (_error: Error) => {};
  #end = (_how: string) => {};

  constructor(
    readonly id: number,
    private readonly sender: StreamSender,
  ) {
    this.replied = new Promise((resolve, reject) => {
      this.#reply = resolve;
      this.#refuse = reject;
    });
    this.replied.catch(() => {});
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  write(payload: Uint8Array | string): Promise<void> {
    return this.sender.data(Buffer.from(payload), false);
  }

  async writeAll(pieces: Iterable<Uint8Array>): Promise<void> {
    for (const piece of pieces) await this.write(piece);
  }

  /** Half-close: an empty DATA with FIN. */
  finish(): Promise<void> {
    return this.sender.data(new Uint8Array(), true);
  }

  reset(): void {
    this.sender.reset();
  }

  text(): string {
    return Buffer.concat(this.#kept).toString();
  }

  sha256(): string {
    return this.#hash.copy().digest("hex");
  }

  /** @returns how it ended */
  async end(limitMs?: number): Promise<string> {
    return await limited(this.ended, `the end of stream ${this.id}`, limitMs);
  }

  async until(what: string, condition: () => boolean, limitMs?: number): Promise<void> {
    const seen = this.#heard.until(condition);
    const cut = this.ended.then((how) => {
      if (!condition()) throw new Error(`${how} came before ${what}`);
    });
    await limited(Promise.race([seen, cut]), what, limitMs);
  }

  onReply(): void {
    this.#reply();
  }

  onData(payload: Buffer, fin: boolean): void {
    this.#hash.update(payload);
    if (this.bytes < KEPT_BYTES) this.#kept.push(payload);
    this.bytes += payload.byteLength;
    this.sink(payload);
    this.#heard.check();
    if (fin) this.#end("the end");
  }

  onReset(how: string): void {
    this.#refuse(new Error(how));
    this.#end(how);
  }
}
