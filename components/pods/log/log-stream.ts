/** Reads a container's log and goes on where it was when the connection breaks. */
import { ApiError, apiResponse, errorWords } from "#components/ui/api-client.ts";
import { bodyPieces } from "#components/ui/body-pieces.ts";
import { readLines } from "#protocol/line-reader.ts";
import { pauseFor } from "../watch/pause-for.ts";
import { LogBuffer, type LogLine } from "./log-buffer.ts";

const TAIL_LINES = 500;
/** The kubelet splits lines at 16 KiB; a longer one is cut here. */
const MAX_LINE_CHARS = 32 * 1024;
const PUBLISH_EVERY_MS = 80;
const BACKOFF_MS = [500, 1_000, 2_000, 5_000, 10_000] as const;

export interface LogTarget {
  cluster: string;
  namespace: string;
  pod: string;
  container: string;
}

export interface LogState {
  /** connecting: asked for; live: read on; ended: the container stopped writing; failed: `problem` says why. */
  phase: "connecting" | "live" | "ended" | "failed";
  lines: readonly LogLine[];
  /** Earlier lines that are not kept. */
  dropped: number;
  problem: string | null;
}

export const INITIAL_LOG_STATE: LogState = { phase: "connecting", lines: [], dropped: 0, problem: null };

export interface LogStreamOptions {
  target: LogTarget;
  /** The log of the container's last run instead of this one's. */
  previous: boolean;
  onState: (state: LogState) => void;
  /** Origin of the server; the page's own when empty. */
  base?: string;
}

export class LogStream {
  readonly #buffer = new LogBuffer();
  #run: AbortController | null = null;
  #publishTimer: ReturnType<typeof setTimeout> | null = null;
  #state = INITIAL_LOG_STATE;

  constructor(private readonly options: LogStreamOptions) {}

  /** Begins, or reads on after stop(). */
  start(): void {
    this.#run?.abort();
    this.#run = new AbortController();
    void this.#loop(this.#run.signal);
  }

  /** Lets go of the connection. The lines stay. */
  stop(): void {
    this.#run?.abort();
    this.#run = null;
    if (this.#publishTimer) clearTimeout(this.#publishTimer);
    this.#publishTimer = null;
  }

  async #loop(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        this.#buffer.resume();
        const response = await apiResponse(this.#path(), { signal });
        this.#set({ phase: "live", problem: null });
        attempt = 0;
        if (response.body) {
          for await (const lines of readLines(bodyPieces(response.body), MAX_LINE_CHARS)) {
            this.#buffer.push(lines);
            this.#publishSoon();
          }
        }
        if (!signal.aborted) this.#set({ phase: "ended", ...this.#content() });
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#set({ phase: "failed", problem: errorWords(error), ...this.#content() });
        // An answer from the cluster will be the same again; a broken connection may not be.
        if (error instanceof ApiError && error.status !== 0) return;
        await pauseFor(BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length - 1)] ?? 0, signal);
      }
    }
  }

  #path(): string {
    const { cluster, namespace, pod, container } = this.options.target;
    const query = new URLSearchParams({ container, timestamps: "true" });
    if (this.options.previous) query.set("previous", "true");
    else query.set("follow", "true");
    const since = this.#buffer.lastTime;
    // Whole seconds are all the API takes; the buffer leaves out what it has already.
    if (since !== "") query.set("sinceTime", `${since.slice(0, "2006-01-02T15:04:05".length)}Z`);
    else query.set("tailLines", String(TAIL_LINES));
    const names = [cluster, "api", "v1", "namespaces", namespace, "pods", pod, "log"];
    return `${this.options.base ?? ""}/clusters/${names.map(encodeURIComponent).join("/")}?${query}`;
  }

  #content(): Pick<LogState, "lines" | "dropped"> {
    return { lines: this.#buffer.snapshot(), dropped: this.#buffer.dropped };
  }

  #publishSoon(): void {
    this.#publishTimer ??= setTimeout(() => {
      this.#publishTimer = null;
      this.#set(this.#content());
    }, PUBLISH_EVERY_MS);
  }

  #set(change: Partial<LogState>): void {
    this.#state = { ...this.#state, ...change };
    this.options.onState(this.#state);
  }
}
