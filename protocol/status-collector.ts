/** The error channel of one stream until it is over: a Status may come in several frames (protocol.md 1.2). */
import { type Ending, endingOf, MAX_STATUS_BYTES } from "./status.ts";

export class StatusCollector {
  #kept = new Uint8Array(0);
  #length = 0;
  #received = 0;

  /** Copies the bytes. What is longer than a Status may be is counted and not kept. */
  push(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    const at = this.#received;
    this.#received += bytes.byteLength;
    if (this.#received > MAX_STATUS_BYTES) return;
    // Doubled: a piece of one byte costs a hundred while it is kept by itself (threats.md A27).
    if (this.#received > this.#kept.byteLength) {
      const larger = new Uint8Array(2 * this.#received);
      larger.set(this.#kept);
      this.#kept = larger;
    }
    this.#kept.set(bytes, at);
    this.#length = this.#received;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#kept.subarray(0, this.#length);
  }

  /** @param lost why no status came, should none have come */
  ending(lost = ""): Ending {
    if (this.#received > MAX_STATUS_BYTES)
      return { kind: "unknown", message: "the exit status is longer than a status may be" };
    return endingOf(this.bytes, lost);
  }
}
