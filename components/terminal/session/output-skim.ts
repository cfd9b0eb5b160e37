/**
 * What a flood goes through after Ctrl-C. Megabytes may be on their way already, in the buffers of every hop, and
 * drawing them takes seconds in which the key seems dead. So they are counted and let go, and the last of them, with
 * the prompt, is drawn.
 */
import { concatBytes } from "#protocol/text.ts";

/** More than a screen, less than can be felt: xterm parses it in a few milliseconds. */
const SKIM_KEEP_BYTES = 32 * 1024;
/** A pause this long means that the flood is over. */
export const SKIM_IDLE_MS = 60;
/** A program that ignores Ctrl-C is drawn again after this. */
export const SKIM_LIMIT_MS = 1_000;

const LINE_FEED = 0x0a;

export interface SkimResult {
  /** To be drawn: everything, or what follows the first line break of what was kept. */
  tail: Uint8Array;
  /** Bytes that are not drawn. */
  dropped: number;
}

export class OutputSkim {
  readonly #onDone: (result: SkimResult) => void;
  readonly #limitTimer: ReturnType<typeof setTimeout>;
  #idleTimer: ReturnType<typeof setTimeout>;
  #chunks: Uint8Array[] = [];
  #keptBytes = 0;
  #dropped = 0;

  constructor(onDone: (result: SkimResult) => void) {
    this.#onDone = onDone;
    this.#limitTimer = setTimeout(() => this.finish(), SKIM_LIMIT_MS);
    this.#idleTimer = setTimeout(() => this.finish(), SKIM_IDLE_MS);
  }

  take(bytes: Uint8Array): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.finish(), SKIM_IDLE_MS);
    this.#chunks.push(bytes);
    this.#keptBytes += bytes.byteLength;
    while (this.#chunks.length > 1 && this.#keptBytes - this.#chunks[0]!.byteLength >= SKIM_KEEP_BYTES) {
      const first = this.#chunks.shift()!;
      this.#keptBytes -= first.byteLength;
      this.#dropped += first.byteLength;
    }
  }

  /** Ends the skim now: what follows is drawn as it comes. */
  finish(): void {
    this.dispose();
    const kept = concatBytes(this.#chunks);
    // Where something was dropped, the rest may begin inside a character, a sequence or a line.
    const from = this.#dropped === 0 ? 0 : kept.indexOf(LINE_FEED) + 1;
    this.#onDone({ tail: kept.subarray(from), dropped: this.#dropped === 0 ? 0 : this.#dropped + from });
  }

  dispose(): void {
    clearTimeout(this.#limitTimer);
    clearTimeout(this.#idleTimer);
  }
}
