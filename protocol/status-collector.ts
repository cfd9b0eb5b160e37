/** The error channel of one stream until it is over: a Status may come in several frames (protocol.md 1.2). */
import { type Ending, endingOf, MAX_STATUS_BYTES } from "./status.ts";
import { concatBytes } from "./text.ts";

export class StatusCollector {
  readonly #pieces: Uint8Array[] = [];
  #received = 0;

  /** Copies the bytes. What is longer than a Status may be is counted and not kept. */
  push(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    this.#received += bytes.byteLength;
    if (this.#received <= MAX_STATUS_BYTES) this.#pieces.push(Uint8Array.from(bytes));
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return concatBytes(this.#pieces);
  }

  /** @param lost why no status came, should none have come */
  ending(lost = ""): Ending {
    if (this.#received > MAX_STATUS_BYTES)
      return { kind: "unknown", message: "the exit status is longer than a status may be" };
    return endingOf(this.bytes, lost);
  }
}
