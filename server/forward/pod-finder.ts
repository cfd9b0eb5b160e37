/**
 * Keeps what a forward's target resolves to. When the pod that served goes away, it waits a little for the next
 * one, so that a rollout or a restart is a pause and not an error.
 */
import { setTimeout as delay } from "node:timers/promises";
import { ForwardError } from "./errors.ts";
import type { ResolvedTarget, TargetResolver } from "./target-resolver.ts";

/** A pod that served is replaced within seconds, or somebody has to look. */
const NEXT_POD_WAIT_MS = 10_000;
const POLL_MS = 500;
/** A port nobody listens on is asked for again and again; the API server is not. */
const RECHECK_EVERY_MS = 1_000;

export class PodFinder {
  readonly #resolver: Pick<TargetResolver, "resolve">;
  /** The pod in use; null before the first. */
  current: ResolvedTarget | null = null;
  #finding: Promise<ResolvedTarget> | null = null;
  #recheckedAt = 0;
  #recheck: Promise<boolean> | null = null;

  constructor(resolver: Pick<TargetResolver, "resolve">) {
    this.#resolver = resolver;
  }

  /**
   * Several tunnels that are dialled at once ask the API server once.
   * @throws ForwardError, at once when the target never served, else after NEXT_POD_WAIT_MS
   */
  find(signal: AbortSignal): Promise<ResolvedTarget> {
    this.#finding ??= this.#find(signal).finally(() => {
      this.#finding = null;
    });
    return this.#finding;
  }

  async #find(signal: AbortSignal): Promise<ResolvedTarget> {
    const deadline = Date.now() + (this.current ? NEXT_POD_WAIT_MS : 0);
    for (;;) {
      try {
        this.current = await this.#resolver.resolve(this.current?.uid ?? null, signal);
        return this.current;
      } catch (cause) {
        if (!isPassing(cause) || Date.now() + POLL_MS > deadline) throw cause;
      }
      await delay(POLL_MS, undefined, { signal });
    }
  }

  /** Whether another pod has taken over. At most one look per RECHECK_EVERY_MS; never rejects. */
  async moved(signal: AbortSignal): Promise<boolean> {
    if (!this.#recheck) {
      if (Date.now() - this.#recheckedAt < RECHECK_EVERY_MS) return false;
      this.#recheckedAt = Date.now();
      this.#recheck = this.#look(signal).finally(() => {
        this.#recheck = null;
      });
    }
    return this.#recheck;
  }

  async #look(signal: AbortSignal): Promise<boolean> {
    const before = this.current?.uid;
    try {
      this.current = await this.#resolver.resolve(before ?? null, signal);
      return this.current.uid !== before;
    } catch {
      // The next subrequest meets the same error and reports it.
      return false;
    }
  }
}

function isPassing(cause: unknown): boolean {
  return cause instanceof ForwardError && (cause.code === "NO_SUCH_POD" || cause.code === "NOT_RUNNING");
}
