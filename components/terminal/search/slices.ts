/** Work in pieces that leave the page time to draw and to answer keys. */

/** Half a frame. */
const SLICE_MS = 8;

export class Slices {
  #began = performance.now();

  get over(): boolean {
    return performance.now() - this.#began >= SLICE_MS;
  }

  /** Lets everything else go first. */
  async next(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    this.#began = performance.now();
  }
}
