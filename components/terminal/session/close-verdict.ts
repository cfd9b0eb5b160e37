/** What a WebSocket close code means for the session behind it (protocol/close-code.ts). */
import { CloseCode, ReceivedCode } from "#protocol/close-code.ts";

export type CloseVerdict =
  /** The session may well go on: attach again. */
  | { kind: "reconnect" }
  /** The stream ended in order; the status said how, or its absence does. */
  | { kind: "finished" }
  | { kind: "refused"; message: string; remedy: "retry" | "sign-in" | "none" };

/** IANA registry: proxies in front of us send these when they restart. */
const SERVICE_RESTART = 1012;
const TRY_AGAIN_LATER = 1013;
const BAD_GATEWAY = 1014;

export const SIGN_IN_WORDS =
  "You are signed out. Open the link that Porthole printed when it started, then try again.";

export function closeVerdict(code: number, reason: string): CloseVerdict {
  switch (code) {
    case CloseCode.Normal:
      return { kind: "finished" };
    case ReceivedCode.NoStatus:
    case ReceivedCode.Abnormal:
    case CloseCode.GoingAway:
    case CloseCode.InternalError:
    case SERVICE_RESTART:
    case TRY_AGAIN_LATER:
    case BAD_GATEWAY:
      return { kind: "reconnect" };
    case CloseCode.Unauthorized:
      return { kind: "refused", message: SIGN_IN_WORDS, remedy: "sign-in" };
    case CloseCode.Forbidden:
      return {
        kind: "refused",
        message: reason
          ? `The server refused this terminal: ${reason}.`
          : "You may not use this terminal any more.",
        remedy: "none",
      };
    default:
      return {
        kind: "refused",
        message: `The page and the server do not understand each other (close code ${code}${reason && `: ${reason}`}). Reload the page.`,
        remedy: "retry",
      };
  }
}
