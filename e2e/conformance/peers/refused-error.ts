/** An upgrade was answered with something other than 101. */
import type { Answer } from "../target.ts";

export class RefusedError extends Error {
  override readonly name = "RefusedError";

  constructor(readonly answer: Answer) {
    super(`the upgrade was answered ${answer.code}: ${answer.body.trim() || "(no body)"}`);
  }

  get code(): number {
    return this.answer.code;
  }

  /** The Status in the body; null when it holds none. */
  get status(): { kind?: string; code?: number; message?: string; reason?: string } | null {
    try {
      return JSON.parse(this.answer.body);
    } catch {
      return null;
    }
  }
}
