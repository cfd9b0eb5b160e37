/**
 * Keeps what a forward's target resolves to. While the forward is in use the pods are watched, and a pod that takes
 * over is told at once; a credential that may not watch is asked with now and then. When the pod that served goes
 * away, it waits a little for the next one, so that a rollout or a restart is a pause and not an error.
 */
import { ForwardError } from "./errors.ts";
import type { ResolvedTarget } from "./target-resolver.ts";

/** A pod that served is replaced within seconds, or somebody has to look. */
const NEXT_POD_WAIT_MS = 10_000;
/** Without a watch. */
const POLL_MS = 500;
/** A port nobody listens on is asked for again and again; the API server is not. */
const RECHECK_EVERY_MS = 1_000;

/** What a TargetResolver is to a finder. */
export interface TargetSource {
  resolve(currentUid: string | null, signal?: AbortSignal): Promise<ResolvedTarget>;
  start(changed: () => void): void;
  stop(): void;
  doubt(): boolean;
  readonly watching: boolean;
  known(currentUid: string | null): ResolvedTarget | null;
}

export class PodFinder {
  readonly #source: TargetSource;
  /** The pod in use; null before the first. */
  current: ResolvedTarget | null = null;
  /** Another pod has taken over, and nobody had asked. */
  onMoved: (uid: string) => void = () => {};
  #finding: Promise<ResolvedTarget> | null = null;
  #recheckedAt = 0;
  #recheck: Promise<void> | null = null;
  readonly #waiting = new Set<() => void>();

  constructor(source: TargetSource) {
    this.#source = source;
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
        this.current = await this.#source.resolve(this.current?.uid ?? null, signal);
        this.#source.start(this.#changed);
        return this.current;
      } catch (cause) {
        if (!isPassing(cause) || Date.now() >= deadline) throw cause;
      }
      this.#source.start(this.#changed);
      const leftMs = deadline - Date.now();
      await this.#change(this.#source.watching ? leftMs : Math.min(POLL_MS, leftMs), signal);
    }
  }

  /** The forward is not in use: who serves next is looked for when somebody needs it. */
  rest(): void {
    this.#source.stop();
  }

  /** The pod that was found could not be dialled. @returns whether it is worth finding again */
  doubt(): boolean {
    return this.#source.doubt();
  }

  /**
   * Whether another pod has taken over from the one that served. Without a watch, at most one look per
   * RECHECK_EVERY_MS. Never rejects.
   */
  async moved(servedBy: string | null, signal: AbortSignal): Promise<boolean> {
    const before = servedBy ?? this.current?.uid;
    if (!this.#source.watching) await this.#look(signal);
    return this.current?.uid !== before;
  }

  async #look(signal: AbortSignal): Promise<void> {
    if (!this.#recheck) {
      if (Date.now() - this.#recheckedAt < RECHECK_EVERY_MS) return;
      this.#recheckedAt = Date.now();
      this.#recheck = this.#lookOnce(signal).finally(() => {
        this.#recheck = null;
      });
    }
    await this.#recheck;
  }

  async #lookOnce(signal: AbortSignal): Promise<void> {
    try {
      this.current = await this.#source.resolve(this.current?.uid ?? null, signal);
    } catch {
      // The next subrequest meets the same error and reports it.
    }
  }

  /** The watch knows something else, or nothing any more. */
  readonly #changed = (): void => {
    for (const wake of [...this.#waiting]) wake();
    const before = this.current?.uid ?? null;
    const known = this.#source.known(before);
    if (!known || known.uid === before) return;
    this.current = known;
    this.onMoved(known.uid);
  };

  /** Resolves with the next change, or after so long. Rejects when the signal fires. */
  #change(limitMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
        this.#waiting.delete(done);
        resolve();
      };
      const abort = () => {
        done();
        reject(signal.reason);
      };
      const timer = setTimeout(done, limitMs);
      this.#waiting.add(done);
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort, { once: true });
    });
  }
}

function isPassing(cause: unknown): boolean {
  return cause instanceof ForwardError && (cause.code === "NO_SUCH_POD" || cause.code === "NOT_RUNNING");
}
