/**
 * An upgraded connection that misbehaves, between a server that does not and its client. Bytes of the server come in
 * here, pass every fault, and leave on the real socket; the client's come the other way. Next hop: the socket.
 */
import { Socket } from "node:net";
import { Duplex } from "node:stream";
import { FrameSplitter, type Wire, type WireFrame } from "./wire-frames.ts";

/** What travels instead, and how the connection ends there if it does: in order, or without a word. */
export interface Passed {
  bytes: Buffer;
  close?: "end" | "cut";
}

/** What one fault does on one connection; made anew for each, so it may count. */
export interface WireFault {
  /** The head of the 101. */
  head?(head: string): string;
  /** Follows the head. */
  greet?(wire: Wire): Passed;
  /** A whole frame of the server's. */
  frame?(frame: WireFrame, wire: Wire): Passed;
  /** Bytes after the head, whatever is in them. */
  outgoing?(bytes: Buffer): Passed;
  incoming?(bytes: Buffer): Passed;
  /** How much of what the client sends is read, on average. */
  readBytesPerSecond?: number;
  /** After the head nothing leaves, not even the end, and what comes is forgotten. */
  silent?: boolean;
}

const NOTHING = Buffer.alloc(0);
const HEAD_END = "\r\n\r\n";

export class FaultySocket extends Duplex {
  readonly #splitter: FrameSplitter | null;
  readonly #silent: boolean;
  readonly #readBytesPerMs: number;
  /** The head of the 101 as far as it came; null when it has passed, or when there is none. */
  #head: Buffer | null;
  #readTimer: NodeJS.Timeout | undefined;
  #wanted = false;
  #over = false;

  /** @param hasHead the 101 is still to be written; false inside a tunnel */
  constructor(
    private readonly inner: Duplex,
    private readonly wire: Wire,
    private readonly faults: readonly WireFault[],
    hasHead: boolean,
  ) {
    super();
    this.#head = hasHead ? NOTHING : null;
    const rates = faults.map((fault) => fault.readBytesPerSecond ?? Number.POSITIVE_INFINITY);
    this.#readBytesPerMs = Math.min(...rates) / 1000;
    this.#silent = faults.some(({ silent }) => silent);
    this.#splitter = faults.some((fault) => fault.frame) ? new FrameSplitter(wire) : null;
    if (inner instanceof Socket) inner.setTimeout(0).setNoDelay(true);
    inner.on("data", (chunk: Buffer) => this.#received(chunk));
    inner.on("end", () => {
      if (this.#silent) inner.destroy();
      else this.push(null);
    });
    inner.on("error", () => this.destroy());
    inner.on("close", () => {
      // What came before the end is still read.
      if (inner.readableEnded && !this.readableEnded) this.once("end", () => this.destroy());
      else this.destroy();
    });
    inner.pause();
    if (!hasHead) this.#send(this.#greet(), () => {});
  }

  override _read(): void {
    this.#wanted = true;
    if (this.#readTimer === undefined) this.inner.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#send(this.#passAll(chunk), done);
  }

  override _final(done: () => void): void {
    if (!this.#over && !this.#silent) this.inner.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#readTimer);
    // Who is silent does not hang up either.
    if (this.#silent) this.inner.resume();
    else this.inner.destroy();
    done(error);
  }

  #passAll(chunk: Buffer): Passed {
    if (this.#head === null) return this.#pass(chunk);
    const head = Buffer.concat([this.#head, chunk]);
    const end = head.indexOf(HEAD_END);
    this.#head = end < 0 ? head : null;
    if (end < 0) return { bytes: NOTHING };
    let text = head.toString("latin1", 0, end + HEAD_END.length);
    for (const { head: change } of this.faults) text = change?.(text) ?? text;
    const greeting = this.#greet();
    const first = Buffer.concat([Buffer.from(text, "latin1"), greeting.bytes]);
    const after = head.subarray(end + HEAD_END.length);
    if (greeting.close || after.length === 0) return { ...greeting, bytes: first };
    const rest = this.#pass(after);
    return { ...rest, bytes: Buffer.concat([first, rest.bytes]) };
  }

  #greet(): Passed {
    return inTurn(this.faults, (fault) => fault.greet?.(this.wire) ?? { bytes: NOTHING });
  }

  #pass(chunk: Buffer): Passed {
    if (this.#silent) return { bytes: NOTHING };
    const framed = this.#splitter
      ? inTurn(this.#splitter.push(chunk), (frame) => this.#passFrame(frame))
      : { bytes: chunk };
    const through = passThrough(this.faults, framed.bytes, (fault, bytes) => fault.outgoing?.(bytes));
    return through.close ? through : { ...framed, bytes: through.bytes };
  }

  #passFrame(frame: WireFrame): Passed {
    return passThrough(this.faults, frame.bytes, (fault, bytes) =>
      bytes.length > 0 ? fault.frame?.({ ...frame, bytes }, this.wire) : undefined,
    );
  }

  #send({ bytes, close }: Passed, done: () => void): void {
    if (this.#over) {
      done();
      return;
    }
    this.#over = close !== undefined;
    const sent = () => {
      if (close) this.#finish(close);
      done();
    };
    if (bytes.length > 0) this.inner.write(bytes, sent);
    else sent();
  }

  #received(chunk: Buffer): void {
    if (this.#silent) return;
    const passed = passThrough(this.faults, chunk, (fault, bytes) => fault.incoming?.(bytes));
    if (passed.close) {
      this.#over = true;
      this.#finish(passed.close);
      return;
    }
    if (passed.bytes.length > 0) this.#wanted = this.push(passed.bytes);
    if (Number.isFinite(this.#readBytesPerMs)) this.#rest(chunk.length / this.#readBytesPerMs);
    else if (!this.#wanted) this.inner.pause();
  }

  #rest(ms: number): void {
    this.inner.pause();
    this.#readTimer = setTimeout(() => {
      this.#readTimer = undefined;
      if (this.#wanted) this.inner.resume();
    }, ms);
    this.#readTimer.unref();
  }

  #finish(how: NonNullable<Passed["close"]>): void {
    const { inner } = this;
    if (how === "end") inner.end();
    else inner.destroy(new Error("cut by a fault"));
  }
}

/** One after the other, until one ends the connection. */
function inTurn<T>(items: readonly T[], pass: (item: T) => Passed): Passed {
  const parts: Buffer[] = [];
  for (const item of items) {
    const { bytes, close } = pass(item);
    parts.push(bytes);
    if (close) return { bytes: Buffer.concat(parts), close };
  }
  return { bytes: Buffer.concat(parts) };
}

/** The same bytes through each fault, until one ends the connection. */
function passThrough(
  faults: readonly WireFault[],
  bytes: Buffer,
  pass: (fault: WireFault, bytes: Buffer) => Passed | undefined,
): Passed {
  let passed: Passed = { bytes };
  for (const fault of faults) {
    passed = pass(fault, passed.bytes) ?? passed;
    if (passed.close) return passed;
  }
  return passed;
}
