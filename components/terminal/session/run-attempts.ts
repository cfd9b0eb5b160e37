import { isMissingCommand, type RunRequest, runRequests, WINDOWS_SHELLS } from "./run-choice.ts";
import type { SessionTarget } from "./session-api.ts";
import type { SessionChange } from "./terminal-session-state.ts";

/** What is asked for to find a shell, one after the other; a list with an end, not a loop. */
export class RunAttempts {
  #tried: RunRequest[] = [];
  #left: RunRequest[];
  /** The pod's spec does not name its system, and its node was not asked yet. */
  #systemUnknown: boolean;

  /** @param ours false: another page made the session, and had its attempts */
  constructor({ run, windows }: Pick<SessionTarget, "run" | "windows">, ours: boolean) {
    this.#left = ours ? runRequests(run, windows === true) : [];
    this.#systemUnknown = run === undefined && windows === undefined;
  }

  /** So far, for the words of a failure. */
  get tried(): readonly RunRequest[] {
    return this.#tried;
  }

  /**
   * The next one. Nearly every pod leaves out its system and has a shell of the usual kind, so the node is asked only
   * after that was not found.
   */
  async next(nodeIsWindows: () => Promise<boolean>): Promise<RunRequest> {
    if (this.#tried.length > 0 && this.#systemUnknown) {
      this.#systemUnknown = false;
      if (await nodeIsWindows()) this.#left = [...WINDOWS_SHELLS];
    }
    const [request = {}, ...left] = this.#left;
    this.#left = left;
    this.#tried = [...this.#tried, request];
    return request;
  }

  /** The last one was not carried out, and may be asked for again. */
  takeBack(): void {
    this.#left = [...this.#tried.slice(-1), ...this.#left];
    this.#tried = this.#tried.slice(0, -1);
  }

  /** True when the next one is to be tried: nothing has run and nothing was shown, so it is no second shell. */
  mayGoOn(change: SessionChange, receivedBytes: number): boolean {
    if (change.type !== "ended" || change.ending.kind !== "failed") return false;
    return receivedBytes === 0 && this.#left.length > 0 && isMissingCommand(change.ending.message);
  }
}
