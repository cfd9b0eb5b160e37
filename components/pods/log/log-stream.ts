/**
 * Reads a container's log and goes on where it was: when the connection breaks, when the answer ends although the
 * container runs, and when the container starts anew. Each time the last lines are asked for again, and what follows
 * the known ones in them is new (log-place.ts). Never `sinceTime`: a line whose stamp is older than that is left out by
 * the kubelet for ever, and clocks of nodes are set back.
 */
import { ApiError, errorWords } from "#components/ui/api-client.ts";
import { retryAfterMs } from "#protocol/retry-after.ts";
import { pauseFor } from "../watch/pause-for.ts";
import { LogBuffer, MAX_LOG_LINES } from "./log-buffer.ts";
import type { NewLine } from "./log-line.ts";
import { linesAfter, linesAfterEnd, linesBefore, PlaceFinder } from "./log-place.ts";
import { LogSource, type LogTarget } from "./log-source.ts";
import { INITIAL_LOG_STATE, type LogState } from "./log-state.ts";
import { QuietLimit } from "./quiet-limit.ts";

const TAIL_LINES = 500;
/** What one wish for earlier lines brings. */
const EARLIER_LINES = 2_000;
const PUBLISH_EVERY_MS = 80;
const BACKOFF_MS = [500, 1_000, 2_000, 5_000, 10_000] as const;
/** Between looks at a container that may start again; the kubelet itself waits up to five minutes. */
const RESTART_LOOKS_MS = [1_000, 2_000, 5_000, 10_000, 15_000] as const;
/** An answer that has not brought the place after so long may never bring it: whole answers are asked for. */
const QUIET_MS = 2_000;
/** It may be a slow network: each time in a row the patience doubles, up to this. */
const MAX_QUIET_MS = 30_000;
const HTTP_TOO_MANY = 429;

export interface LogStreamOptions {
  target: LogTarget;
  /** The log of the container's last run instead of this one's. */
  previous: boolean;
  onState: (state: LogState) => void;
  /** Origin of the server; the page's own when empty. */
  base?: string;
  /** How time passes. */
  pause?: typeof pauseFor;
  quietMs?: number;
}

export class LogStream {
  readonly #buffer = new LogBuffer();
  readonly #source: LogSource;
  readonly #pause: typeof pauseFor;
  #run: AbortController | null = null;
  #publishTimer: ReturnType<typeof setTimeout> | null = null;
  #state = INITIAL_LOG_STATE;
  /** Failures, or ends, since something new was read. */
  #attempt = 0;
  /** The run that was read when its answer ended. */
  #runRead = "";
  /** Followed answers in a row in which the place was not found. */
  #searches = 0;

  constructor(private readonly options: LogStreamOptions) {
    this.#source = new LogSource(options.target, options.base);
    this.#pause = options.pause ?? pauseFor;
  }

  /** Begins, or reads on after stop(). */
  start(): void {
    this.#run?.abort();
    this.#run = new AbortController();
    this.#attempt = 0;
    void this.#loop(this.#run.signal);
  }

  /** Lets go of the connection. The lines stay. */
  stop(): void {
    this.#run?.abort();
    this.#run = null;
    if (this.#publishTimer) clearTimeout(this.#publishTimer);
    this.#publishTimer = null;
  }

  /** Reads lines from before the first one. Never rejects. */
  async loadEarlier(): Promise<void> {
    const known = this.#buffer.firstPlace();
    const signal = this.#run?.signal;
    if (!known || !signal || this.#state.earlier === "loading") return;
    this.#set({ earlier: "loading" });
    try {
      const tailLines = known.length + EARLIER_LINES;
      const { previous } = this.options;
      const lines = await this.#source.whole({ tailLines, previous }, signal);
      const before = linesBefore(known, lines);
      if (before) this.#buffer.addEarlier(before);
      const all = lines.length < tailLines || !before || before.length === 0;
      this.#set({ ...this.#content(), earlier: all ? "none" : "maybe" });
    } catch (error) {
      if (!signal.aborted) this.#set({ earlier: "maybe", problem: errorWords(error) });
    }
  }

  async #loop(signal: AbortSignal): Promise<void> {
    let over = false;
    while (!signal.aborted) {
      try {
        await this.#missedRun(signal);
        const found = await this.#follow(signal);
        if (signal.aborted) return;
        if (!found) {
          await this.#findPlace(signal);
          // Lines come by this way too, if by no other.
          if (this.#searches++ > 0) await this.#pause(step(BACKOFF_MS, this.#searches), signal);
          continue;
        }
        this.#set({ phase: "ended", ...this.#content() });
        if (this.options.previous) return;
        const state = await this.#afterEnd(signal, over);
        if (state === "final") return;
        over = state === "over";
      } catch (error) {
        if (signal.aborted) return;
        this.#set({ phase: "failed", waits: false, problem: errorWords(error), ...this.#content() });
        // An answer from the cluster will be the same again; a broken connection or a busy server may not be.
        if (!isPassing(error)) return;
        const asked = error instanceof ApiError ? retryAfterMs(error.retryAfter, Date.now()) : 0;
        await this.#pause(Math.max(asked, step(BACKOFF_MS, this.#attempt++)), signal);
      }
    }
  }

  /** Reads until the answer ends. @returns whether the known lines were in it */
  async #follow(signal: AbortSignal): Promise<boolean> {
    const { previous } = this.options;
    const known = this.#buffer.place();
    const finder = new PlaceFinder(known);
    // So many that those written in a usual break fit beside the known ones.
    let tailLines = Math.max(TAIL_LINES, 2 * known.length);
    if (known.length === 0 && this.#buffer.length > 0) tailLines = MAX_LOG_LINES;
    const quiet = new AbortController();
    let read = 0;
    const patience = Math.min(MAX_QUIET_MS, (this.options.quietMs ?? QUIET_MS) * 2 ** this.#searches);
    const both = AbortSignal.any([signal, quiet.signal]);
    let silence: unknown = null;
    const limit = new QuietLimit(patience, () => {
      if (!finder.found) quiet.abort();
      else if (this.#state.phase === "connecting" && !previous) {
        this.#askSilence(both).catch((error) => {
          silence = error;
          quiet.abort();
        });
      } else if (this.#state.phase === "ended") this.#set({ phase: "live", waits: false });
    });
    try {
      const answer = await this.#source.open({ tailLines, previous, follow: !previous }, both);
      if (this.#state.phase !== "ended") this.#set({ phase: "live", problem: null });
      for await (const lines of answer) {
        // A new run that writes and writes does not bring the place either.
        if (finder.found) limit.heard();
        read += lines.length;
        this.#take(finder.take(lines));
        if (known.length === 0 && read >= tailLines && this.#buffer.length === read) this.#mayBeMore();
        if (!finder.found && finder.seen >= tailLines) return false;
      }
    } catch (error) {
      if (silence && !signal.aborted) throw silence;
      if (!quiet.signal.aborted || signal.aborted) throw error;
    } finally {
      limit.stop();
    }
    if (finder.found) this.#searches = 0;
    return finder.found;
  }

  /**
   * The kubelet begins to answer with the first line, so a container that has written nothing and an API server that
   * hangs look the same. A log that is not followed ends at once.
   */
  async #askSilence(signal: AbortSignal): Promise<void> {
    await this.#source.whole({ tailLines: 1 }, signal);
    if (!signal.aborted && this.#state.phase === "connecting") this.#set({ phase: "live", problem: null });
  }

  /** Where the log goes on is not in what was followed: finds it in whole answers, or says that lines may be missing. */
  async #findPlace(signal: AbortSignal): Promise<void> {
    const known = this.#buffer.place();
    const { previous } = this.options;
    const tailLines = MAX_LOG_LINES + known.length;
    const now = await this.#source.whole({ tailLines, previous }, signal);
    const before = previous ? null : await this.#before(signal);
    // In this order: coarse stamps make the end of one run look like the beginning of the next.
    const restarted = before && linesAfter(known, before);
    const fresh = linesAfter(known, now) ?? (restarted ? null : linesAfterEnd(known, now));
    if (fresh) {
      this.#take(fresh);
      return;
    }
    const rest = restarted ?? (before && linesAfterEnd(known, before));
    if (rest) this.#take(rest);
    this.#divide(rest ? "restart" : "gap");
  }

  /** A run of which nothing was seen, because it had ended before it was read. */
  async #missedRun(signal: AbortSignal): Promise<void> {
    const { lastRun } = this.#buffer;
    if (this.#buffer.place().length > 0 || lastRun.length === 0) return;
    const before = await this.#before(signal);
    if (!before || before.length === 0) return;
    if ((linesAfter(lastRun, before) ?? linesAfterEnd(lastRun, before)) !== null) return;
    this.#take(before);
    this.#divide("restart");
  }

  /** The log of the run before this one; null when there is none. */
  async #before(signal: AbortSignal): Promise<readonly NewLine[] | null> {
    try {
      return await this.#source.whole({ tailLines: 2 * MAX_LOG_LINES, previous: true }, signal);
    } catch (error) {
      if (signal.aborted || isPassing(error)) throw error;
      return null;
    }
  }

  /**
   * The answer ended in order, which a proxy's limit, a node that restarts and a container that stopped look alike in.
   * Waits until it is worth reading again.
   * @param over the container was already over before the last reading
   */
  async #afterEnd(signal: AbortSignal, over: boolean): Promise<"again" | "over" | "final"> {
    for (;;) {
      const { state, run } = await this.#source.state(signal);
      if (signal.aborted) return "final";
      if (state === "gone" || (state === "over" && over)) {
        this.#set({ waits: false });
        return "final";
      }
      if (state === "over") return "over";
      this.#set({ waits: true });
      await this.#pause(step(RESTART_LOOKS_MS, this.#attempt++), signal);
      // Once more of each run, since it may not have been the container that ended; then only what is another run.
      const known = state === "waiting" && run === this.#runRead;
      this.#runRead = run;
      if (!known) return "again";
    }
  }

  #take(lines: readonly NewLine[]): void {
    if (lines.length === 0) return;
    this.#buffer.add(lines);
    this.#attempt = 0;
    if (this.#state.phase === "ended") this.#set({ phase: "live", waits: false });
    this.#publishSoon();
  }

  #divide(divider: "restart" | "gap"): void {
    this.#buffer.divide(divider);
    this.#publishSoon();
  }

  #mayBeMore(): void {
    if (this.#state.earlier === "none") this.#state = { ...this.#state, earlier: "maybe" };
  }

  #content(): Pick<LogState, "lines" | "dropped" | "earlier"> {
    const { dropped, divided } = this.#buffer;
    let { earlier } = this.#state;
    // What is before a restart is not in the log any more.
    if (divided) earlier = "none";
    else if (dropped > 0 && earlier === "none") earlier = "maybe";
    return { lines: this.#buffer.snapshot(), dropped, earlier };
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

function step(steps: readonly number[], at: number): number {
  return steps[Math.min(at, steps.length - 1)] ?? 0;
}

function isPassing(error: unknown): boolean {
  return (
    !(error instanceof ApiError) ||
    error.status === 0 ||
    error.status === HTTP_TOO_MANY ||
    error.status >= 500
  );
}
