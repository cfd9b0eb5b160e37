/** What a person typed while the session could not be reached. Small and visible: nobody should type a novel blind. */

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
