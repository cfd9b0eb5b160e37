/**
 * What is written to a socket in one turn of the event loop leaves in one system call: many frames cost as much as one.
 * Small messages leave at the end of their turn, large ones at the end of the first turn that brings no more.
 * Copies go into slabs that are used again once the kernel has taken them, so a fast stream makes no garbage.
 */
import type { Duplex } from "node:stream";

const SLAB_BYTES = 128 * 1024;
/** Slabs kept for other streams; more are left to the garbage collector. 16 MiB. */
const MAX_FREE_SLABS = 128;
/** After so long without a fast stream they are let go. */
const FREE_SLABS_MS = 10_000;
/** Less than this is not worth a slab: keys, echoes, acks. */
const SMALL_BYTES = 4 * 1024;
/** But when so many wait, each costs more than its bytes: what follows is put together (threats.md A29). */
const FEW_WRITES = 32;

let freeSlabs: Buffer[] = [];
let letGo: NodeJS.Timeout | undefined;

export class TurnWrites {
  #gathering = false;
  #slab: Buffer | null = null;
  #filled = 0;
  /** Writes that the socket has not finished, and those of them that were made in this turn. */
  #writes = 0;
  #newWrites = 0;
  /** The slab got bytes in this turn. */
  #growing = false;

  constructor(private readonly socket: Duplex) {}

  /** Bytes that the socket does not know of yet. */
  get pendingBytes(): number {
    return this.#filled;
  }

  /** Both are copied: the caller may use them again. */
  copy(header: Uint8Array, payload: Uint8Array): void {
    this.#gather();
    if (this.#goesAlone(header.byteLength + payload.byteLength)) {
      this.#give(Buffer.concat([header, payload]));
    } else {
      this.#put(header);
      this.#put(payload);
    }
  }

  /** A frame that is the socket's from now on. */
  own(frame: Uint8Array): void {
    this.#gather();
    if (this.#goesAlone(frame.byteLength)) this.#give(frame);
    else if (frame.byteLength <= SMALL_BYTES) this.#put(frame);
    else {
      this.flush();
      this.#give(frame);
    }
  }

  /** The last is kept until `done`. */
  keep(header: Uint8Array | null, bytes: Uint8Array, done?: (error?: Error | null) => void): void {
    this.#gather();
    this.flush();
    if (header) this.#give(header);
    this.#give(bytes, done);
  }

  /** Hands what was copied to the socket: call before somebody else writes to it, or ends it. */
  flush(): void {
    const slab = this.#slab;
    if (!slab) return;
    const bytes = slab.subarray(0, this.#filled);
    this.#slab = null;
    this.#filled = 0;
    this.#give(bytes, () => giveBack(slab));
  }

  #goesAlone(bytes: number): boolean {
    return !this.#slab && bytes <= SMALL_BYTES && this.#writes < FEW_WRITES;
  }

  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.socket.cork();
    setImmediate(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    const growing = this.#growing;
    this.#growing = false;
    // A fast stream brings more in the next turn, which begins at once; half as many writes wake the reader.
    if (growing && this.#newWrites === 0) {
      setImmediate(this.#endTurn);
      return;
    }
    this.#gathering = false;
    // A slab waits behind what a slow reader has yet to take, so that it is full when it goes.
    const backlog = this.#writes > this.#newWrites;
    this.#newWrites = 0;
    if (!backlog) this.flush();
    this.socket.uncork();
  };

  #put(bytes: Uint8Array): void {
    this.#growing = true;
    for (let from = 0; from < bytes.byteLength; ) {
      const slab = this.#slab ?? freeSlabs.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#slab = slab;
      const piece = bytes.subarray(from, from + SLAB_BYTES - this.#filled);
      slab.set(piece, this.#filled);
      from += piece.byteLength;
      this.#filled += piece.byteLength;
      if (this.#filled === SLAB_BYTES) this.flush();
    }
  }

  #give(bytes: Uint8Array, done?: (error?: Error | null) => void): void {
    this.#writes += 1;
    if (this.#gathering) this.#newWrites += 1;
    this.socket.write(bytes, (error) => {
      this.#writes -= 1;
      done?.(error);
      if (this.#writes === 0 && !this.#gathering) this.flush();
    });
  }
}

function giveBack(slab: Buffer): void {
  if (freeSlabs.length >= MAX_FREE_SLABS) return;
  freeSlabs.push(slab);
  letGo ??= setTimeout(() => {
    freeSlabs = [];
    letGo = undefined;
  }, FREE_SLABS_MS).unref();
  letGo.refresh();
}
