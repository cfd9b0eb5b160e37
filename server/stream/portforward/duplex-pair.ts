/** Two Duplexes joined in memory: what is written to one is read from the other, with backpressure. */
import { Duplex } from "node:stream";

class PairedDuplex extends Duplex {
  peer!: PairedDuplex;
  /** The peer's writer waits until this side reads again. */
  #waiting: (() => void) | null = null;

  override _read(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.peer.destroyed || this.peer.push(chunk)) done();
    else this.peer.#waiting = done;
  }

  override _final(done: () => void): void {
    this.peer.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.();
    if (!this.peer.destroyed) process.nextTick(() => this.peer.destroy());
    done(error);
  }
}

export function duplexPair(): [Duplex, Duplex] {
  const [near, far] = [new PairedDuplex(), new PairedDuplex()];
  near.peer = far;
  far.peer = near;
  return [near, far];
}
