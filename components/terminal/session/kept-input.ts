/**
 * What xterm sends is typing, or a report of its own. Typing is kept while the session cannot be reached; a report is
 * about a moment that will have passed, so it is not.
 */

/** Small and visible: nobody should type a novel blind. */
export const MAX_KEPT_INPUT_BYTES = 4 * 1024;

export class KeptInput {
  #chunks: Uint8Array[] = [];
  #byteLength = 0;

  get byteLength(): number {
    return this.#byteLength;
  }

  /** False when it does not fit as a whole: the front half of a command is a different command. */
  keep(bytes: Uint8Array): boolean {
    if (this.#byteLength + bytes.byteLength > MAX_KEPT_INPUT_BYTES) return false;
    this.#chunks.push(bytes);
    this.#byteLength += bytes.byteLength;
    return true;
  }

  /** Everything kept, in order; afterwards nothing is. */
  take(): Uint8Array[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#byteLength = 0;
    return chunks;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins every report
const CSI_REPORT = /^\x1b\[(?:[?>=]?[\d;:]*(?:[cnRxt]|\$y|u)|[IO]|<[\d;]+[Mm]|M[\s\S]{3})$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: DCS and OSC answers end in ST or BEL
const STRING_REPORT = /^\x1b[P\]][^\x1b\x07]*(?:\x1b\\|\x07)$/;

/**
 * What a terminal sends by itself, without a person: answers to queries in the output (device attributes, cursor
 * position, modes, settings, colours) and reports of focus and mouse. Everything else is typing.
 */
export function isTerminalReport(data: string): boolean {
  return CSI_REPORT.test(data) || STRING_REPORT.test(data);
}
