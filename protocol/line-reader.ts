/** A body as lines of text: the events of a watch, the lines of a log. Lines are bounded, bodies are not. */

/** Both runtimes own it; the module has neither DOM nor Node types. */
declare const TextDecoder: {
  new (): { decode(bytes?: Uint8Array, options?: { stream: boolean }): string };
};

export interface BoundedLine {
  /** Without its end. */
  text: string;
  /** Characters past the limit, which are not kept. */
  missing: number;
  /** Its end has come; only the last line of a body can lack it, and then more of it may have been meant. */
  whole: boolean;
}

/**
 * Each line without its end, as soon as it is whole; what follows the last line end comes last. A line longer than the
 * limit is cut there. Lets go of the body when the consumer stops.
 */
export async function* readLines(
  pieces: AsyncIterable<Uint8Array>,
  maxLineChars: number,
): AsyncGenerator<string[], void, undefined> {
  for await (const lines of readBoundedLines(pieces, maxLineChars)) yield lines.map(({ text }) => text);
}

/** The same, which also says what was cut. */
export async function* readBoundedLines(
  pieces: AsyncIterable<Uint8Array>,
  maxLineChars: number,
): AsyncGenerator<BoundedLine[], void, undefined> {
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

  push(piece: Uint8Array): BoundedLine[] {
    return this.#take(this.#decoder.decode(piece, { stream: true }));
  }

  end(): BoundedLine[] {
    const lines = this.#take(this.#decoder.decode());
    if (this.#chars > 0) lines.push(this.#line(false));
    return lines;
  }

  #take(text: string): BoundedLine[] {
    const lines: BoundedLine[] = [];
    const pieces = text.split("\n");
    const rest = pieces.pop() ?? "";
    for (const piece of pieces) {
      this.#keep(piece);
      lines.push(this.#line(true));
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

  #line(whole: boolean): BoundedLine {
    const text = this.#parts.join("").replace(/\r$/, "");
    const missing = Math.max(0, this.#chars - this.#maxChars);
    this.#parts = [];
    this.#chars = 0;
    return { text, missing, whole };
  }
}
