/** The error of this layer: who asks is not known, or may not. Becomes HTTP in outcome/error-table.ts. */
import { CodedError } from "#protocol/coded-error.ts";
import type { EndCause, StreamEnd } from "#protocol/stream-end.ts";

export type AccessErrorCode =
  /** No credential, or one that is not valid (any more). */
  | "UNAUTHENTICATED"
  /** A browser, but not our own page: its Origin, its site or its key is not ours. */
  | "FOREIGN"
  /** Known, and may not do this. */
  | "FORBIDDEN"
  /** Too many failures: wait. */
  | "TOO_MANY"
  /** The server stops. */
  | "STOPPING";

export class AccessError extends CodedError<AccessErrorCode> {
  override readonly name = "AccessError";
  /** Seconds; of TOO_MANY. */
  readonly retryAfterS: number | undefined;

  constructor(code: AccessErrorCode, message: string, options?: { cause?: unknown; retryAfterS?: number }) {
    super(code, message, options);
    this.retryAfterS = options?.retryAfterS;
  }
}

const CODES: Partial<Record<EndCause, AccessErrorCode>> = {
  "signed-out": "UNAUTHENTICATED",
  shutdown: "STOPPING",
};

/** For who asks for something new when what they asked under has ended. */
export function accessErrorOf({ cause, words }: StreamEnd): AccessError {
  return new AccessError(CODES[cause] ?? "FORBIDDEN", words);
}
