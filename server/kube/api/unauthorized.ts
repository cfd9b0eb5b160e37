/** A 401 with what is known of its cause: the credential's own term, and a clock that goes wrong. */
import { failureStatus, type Status } from "#protocol/status.ts";
import { termFault, termOf } from "../credential/credential-term.ts";
import type { Credential } from "../credential/credentials.ts";

const MINUTE_MS = 60_000;
/** Tokens are young, and verifiers take a minute or so for nothing. */
const MAX_SKEW_MS = 2 * MINUTE_MS;
const HTTP_UNAUTHORIZED = 401;

/**
 * @param words what a person is told of the 401 by itself
 * @param date the answer's header
 */
export function unauthorizedStatus(
  words: string,
  status: Status | undefined,
  date: string | undefined,
  refused: Credential | undefined,
  now = Date.now(),
): Status {
  const term = refused && termOf(refused);
  const fault = term && termFault(term, now);
  const skew = skewWords(date, now);
  const causes = [
    ...(fault ? [{ reason: fault.reason, message: fault.words }] : []),
    ...(skew ? [{ reason: "ClockSkew", message: skew }] : []),
  ];
  const message = [words, ...causes.map((cause) => cause.message)].join(" ");
  const whole = status?.kind === "Status" ? status : failureStatus(HTTP_UNAUTHORIZED, "Unauthorized", words);
  const details = { ...whole.details, causes: [...(whole.details?.causes ?? []), ...causes] };
  return { ...whole, message, ...(causes.length > 0 ? { details } : {}) };
}

/** A token is judged by the API server's clock, and had by this machine's. */
function skewWords(date: string | undefined, now: number): string | undefined {
  const ahead = now - Date.parse(date ?? "");
  if (Number.isNaN(ahead) || Math.abs(ahead) <= MAX_SKEW_MS) return undefined;
  const minutes = Math.round(Math.abs(ahead) / MINUTE_MS);
  return `The clock of Porthole's machine is ${minutes} minutes ${ahead > 0 ? "ahead of" : "behind"} the API server's.`;
}
