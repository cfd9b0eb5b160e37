/** Says in the log that places for connections are short, once when it begins and once when it is over. */
import type { Logger } from "#server/log.ts";

const QUIET_MS = 60_000;
const LOOK_EVERY_MS = 5_000;

export class PlaceLog {
  #closed = 0;
  #lastAt = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly log: Pick<Logger, "warn" | "info">,
    private readonly places: number,
    private readonly quietMs = QUIET_MS,
  ) {}

  /** A connection was closed because another one needed its place. */
  closed(): void {
    this.#closed += 1;
    this.#lastAt = Date.now();
    if (this.#timer) return;
    this.log.warn(
      { places: this.places },
      "too many connections: those that nobody is signed in on are closed for new ones, the oldest first",
    );
    this.#timer = setInterval(() => this.#look(), Math.min(LOOK_EVERY_MS, this.quietMs)).unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    if (Date.now() - this.#lastAt < this.quietMs) return;
    this.stop();
    this.log.info({ closed: this.#closed }, "there is room for connections again");
    this.#closed = 0;
  }
}
