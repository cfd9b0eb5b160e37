/** A body as lines of text: the events of a watch, the lines of a log. Lines are bounded, bodies are not. */

/** Both runtimes own it; the module has neither DOM nor Node types. */
declare const TextDecoder: {
  new (): { decode(bytes?: Uint8Array, options?: { stream: boolean }): string };
};

/**
 * Each line without its end, as soon as it is whole; what follows the last line end comes last. A line longer than the
 * limit is cut there. Lets go of the body when the consumer stops.
 */
export async function* readLines(
  pieces: AsyncIterable<Uint8Array>,
  maxLineChars: number,
): AsyncGenerator<string[], void, undefined> {
  const lines = new LineReader(maxLineChars);
  for await (const piece of pieces) {
    const whole = lines.push(piece);
    if (whole.length > 0) yield whole;
  }
  const last = lines.end();
  if (last.length > 0) yield last;
}

class LineReader {
  readonly #maxChars: number;
  readonly #decoder = new TextDecoder();
  /** The beginning of a line, in pieces: joined once, or a long line would be copied with each of them. */
  #parts: string[] = [];
  #chars = 0;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  push(piece: Uint8Array): string[] {
    return this.#take(this.#decoder.decode(piece, { stream: true }));
  }

  end(): string[] {
    const lines = this.#take(this.#decoder.decode());
    if (this.#chars > 0) lines.push(this.#line());
    return lines;
  }

  #take(text: string): string[] {
    const lines: string[] = [];
    const pieces = text.split("\n");
    const rest = pieces.pop() ?? "";
    for (const piece of pieces) {
      this.#keep(piece);
      lines.push(this.#line());
    }
    this.#keep(rest);
    return lines;
  }

  /** Past the limit a line's text is dropped as it comes. */
  #keep(text: string): void {
    const kept = text.slice(0, Math.max(0, this.#maxChars - this.#chars));
    this.#chars += text.length;
    if (kept !== "") this.#parts.push(kept);
  }

  #line(): string {
    const line = this.#parts.join("").replace(/\r$/, "");
    this.#parts = [];
    this.#chars = 0;
    return line;
  }
}
