/**
 * Writes to the master side of a terminal without ever blocking: its descriptor takes a few KiB until the
 * process reads, and Node has no event for when it takes more, so the rest is offered again on a timer.
 */
import { writeSync } from "node:fs";

/** More than this waiting: stop the sender. */
const HIGH_WATER_BYTES = 64 * 1024;
/** The first offer comes soon, for a process that is only busy; later ones cost nothing to speak of. */
const FIRST_RETRY_MS = 2;
const MAX_RETRY_MS = 50;

export class PtyInput {
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #retryMs = FIRST_RETRY_MS;
  #timer: NodeJS.Timeout | null = null;
  #congested = false;
  #closed = false;

  constructor(
    private readonly fd: number,
    private readonly onDrained: () => void,
  ) {}

  /** False: too much waits. */
  write(bytes: Uint8Array): boolean {
    if (this.#closed || bytes.byteLength === 0) return true;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.byteLength;
    if (!this.#timer) this.#offer();
    this.#congested ||= this.#waitingBytes > HIGH_WATER_BYTES;
    return !this.#congested;
  }

  /** The descriptor is about to be closed, and its number may soon be another file's. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    if (this.#timer) clearTimeout(this.#timer);
  }

  #offer(): void {
    this.#timer = null;
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const written = this.#tryWrite(first);
      this.#waitingBytes -= written;
      if (written > 0) this.#retryMs = FIRST_RETRY_MS;
      if (written < first.byteLength) {
        this.#waiting[0] = first.subarray(written);
        this.#timer = setTimeout(() => this.#offer(), this.#retryMs);
        this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS);
        break;
      }
      this.#waiting.shift();
    }
    if (this.#congested && this.#waitingBytes <= HIGH_WATER_BYTES / 2) {
      this.#congested = false;
      this.onDrained();
    }
  }

  #tryWrite(bytes: Uint8Array): number {
    try {
      return writeSync(this.fd, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
      // The terminal is gone; the process's exit says the rest.
      return bytes.byteLength;
    }
  }
}
