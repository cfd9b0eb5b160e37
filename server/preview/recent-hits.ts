/** The last requests of a forward, newest first, for the card that shows them. */
import type { ForwardHit } from "#protocol/api.ts";

const MAX_HITS = 20;
const MAX_PATH_CHARS = 160;

/** A request under way. */
export interface OpenHit {
  /** Once, when it is over. Status 0 means that no answer was given. */
  end(status: number, bytes: number): void;
}

export class RecentHits {
  readonly #hits: ForwardHit[] = [];

  begin(method: string, url: string): OpenHit {
    const hit: ForwardHit = { at: Date.now(), method, path: shownPath(url), status: 0, ms: 0, bytes: 0 };
    this.#hits.unshift(hit);
    if (this.#hits.length > MAX_HITS) this.#hits.pop();
    return {
      end(status, bytes) {
        hit.status = status;
        hit.bytes = bytes;
        hit.ms = Date.now() - hit.at;
      },
    };
  }

  list(): ForwardHit[] {
    return this.#hits.map((hit) => ({ ...hit }));
  }
}

/** Without the query: programs put tokens into theirs, and this list is shown on a screen. */
function shownPath(url: string): string {
  const path = url.split("?", 1)[0] ?? "";
  return path.length > MAX_PATH_CHARS ? `${path.slice(0, MAX_PATH_CHARS - 1)}…` : path;
}
