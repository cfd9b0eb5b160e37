/** A timer that begins anew with each sign of life. */

/** Calls once nothing was heard for so long. */
export class QuietLimit {
  #timer: ReturnType<typeof setTimeout>;
  constructor(
    private readonly ms: number,
    private readonly call: () => void,
  ) {
    this.#timer = setTimeout(call, ms);
  }

  heard(): void {
    this.stop();
    this.#timer = setTimeout(this.call, this.ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
