/** Has lines searched by a worker, within a limit of time: an expression like (a+)+b would otherwise hold the page. */
import type { SearchQuery, SearchRow } from "./line-matches.ts";
import type { SearchAnswer, SearchQuestion } from "./search-worker.ts";

/** A megabyte takes some 20 ms. */
const SEARCH_LIMIT_MS = 2_000;

/** "too-long": it took longer than anybody waits. "failed": there is no worker, or it broke. */
export type Finding = SearchAnswer | "too-long";

export interface Finder {
  /** Gives up the question before, which is then not answered. */
  find(rows: SearchRow[], query: SearchQuery): Promise<Finding>;
  dispose(): void;
}

export class WorkerFinder implements Finder {
  #worker: Worker | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;

  find(rows: SearchRow[], query: SearchQuery): Promise<Finding> {
    if (this.#busy) this.dispose();
    return new Promise((resolve) => {
      const done = (finding: Finding) => {
        clearTimeout(this.#timer);
        this.#busy = false;
        if (typeof finding === "string") this.dispose();
        resolve(finding);
      };
      this.#busy = true;
      this.#timer = setTimeout(() => done("too-long"), SEARCH_LIMIT_MS);
      try {
        this.#worker ??= new Worker(new URL("./search-worker.ts", import.meta.url));
      } catch {
        return done("failed");
      }
      this.#worker.onmessage = ({ data }: MessageEvent<SearchAnswer>) => done(data);
      this.#worker.onerror = () => done("failed");
      this.#worker.postMessage({ rows, query } satisfies SearchQuestion);
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#busy = false;
    this.#worker?.terminate();
    this.#worker = null;
  }
}
