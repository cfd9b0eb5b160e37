/**
 * How many HTTP requests of one forward are under way. Fewer than the pool has subrequests, so that requests
 * past the limit take over the sockets of those that finish, and WebSockets and the listener find room.
 */
import { SlotQueue } from "#server/forward/slot-queue.ts";

export const MAX_REQUESTS = 128;

export class RequestGate {
  readonly #queue = new SlotQueue(`${MAX_REQUESTS} requests to this forward are already under way`);
  #running = 0;

  /** @throws ForwardError LIMIT */
  async enter(): Promise<void> {
    const since = Date.now();
    while (this.#running >= MAX_REQUESTS) await this.#queue.wait(since);
    this.#running += 1;
  }

  leave(): void {
    this.#running -= 1;
    this.#queue.wakeOne();
  }
}
