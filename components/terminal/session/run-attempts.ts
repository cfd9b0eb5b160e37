import { isMissingCommand, type RunRequest, runRequests } from "./run-choice.ts";
import type { SessionTarget } from "./session-api.ts";
import type { SessionChange } from "./terminal-session-state.ts";

/** What is asked for to find a shell, one after the other; a list with an end, not a loop. */
export class RunAttempts {
  #left: RunRequest[];

  /** @param ours false: another page made the session, and had its attempts */
  constructor({ run, windows }: Pick<SessionTarget, "run" | "windows">, ours: boolean) {
    const requests = runRequests(run, windows === true);
    this.#left = ours ? requests : requests.slice(0, 1);
  }

  get current(): RunRequest {
    return this.#left[0] ?? {};
  }

  /** True when the next one is to be tried: nothing has run and nothing was shown, so it is no second shell. */
  advance(change: SessionChange, receivedBytes: number): boolean {
    if (change.type !== "ended" || change.ending.kind !== "failed") return false;
    if (receivedBytes > 0 || this.#left.length < 2 || !isMissingCommand(change.ending.message)) return false;
    this.#left = this.#left.slice(1);
    return true;
  }
}
