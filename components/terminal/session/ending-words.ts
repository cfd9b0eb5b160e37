/** How a shell ended, in words that claim no more than is known: an exit status that did not arrive is no success. */

import type { Tone } from "#components/ui/control/marks.tsx";
import { formatDuration } from "#components/ui/format.ts";
import { lostEnding } from "#protocol/status.ts";
import type { EndCause, StreamEnd } from "#protocol/stream-end.ts";
import { fateWords, type PodFate } from "./pod-fate.ts";
import { isMissingCommand } from "./run-choice.ts";
import type { SessionState } from "./terminal-session-state.ts";

export interface OverWords {
  badge: { text: string; tone: Tone };
  sentence: string;
  /** What it may mean or what helps; null when the sentence is all there is. */
  hint: string | null;
}

type Ended = Extract<SessionState, { kind: "ended" }>;

/** Codes from 128 on are 128 plus the signal that ended the process. */
const EXIT_HINTS: Readonly<Record<number, string>> = {
  126: "126: the command was found and may not be run.",
  127: "127: a command was not found.",
  129: "129: the terminal was hung up (SIGHUP).",
  137: "137: killed (SIGKILL), as by a memory limit, or with a pod that is deleted.",
  143: "143: asked to stop (SIGTERM), as a pod is when it is deleted.",
};

/** Porthole or a person decided it, which explains enough why no status came. */
const DECIDED: readonly EndCause[] = ["ended-by-person", "limit", "shutdown", "revoked", "signed-out"];
const BROKEN: readonly EndCause[] = ["lost", "dead-peer", "going-away", "protocol"];

/** @param fate what the cluster says of the pod; it knows better than an exit code */
export function endingWords(state: Ended, fate: PodFate | null): OverWords {
  const words = wordsOfEnd(state);
  return fate ? { ...words, ...fateWords(fate, afterWords(state.lastedMs)) } : words;
}

function wordsOfEnd({ ending, end, lastedMs }: Ended): OverWords {
  const after = afterWords(lastedMs);
  switch (ending.kind) {
    case "exited":
      return {
        badge: { text: `exit ${ending.code}`, tone: ending.code === 0 ? "neutral" : "bad" },
        sentence: who(end, after),
        hint: EXIT_HINTS[ending.code] ?? null,
      };
    case "failed":
      return {
        badge: { text: "failed", tone: "bad" },
        sentence: `The cluster could not run the shell: ${sentenceEnd(ending.message)}`,
        hint: isMissingCommand(ending.message)
          ? "Another shell may be there, or a command of its own. “kubectl debug” can put a container with a shell beside it."
          : null,
      };
    case "unknown": {
      const decided = DECIDED.includes(end.cause);
      const { message } = decided ? lostEnding("") : ending;
      return {
        badge: { text: "no exit status", tone: "warn" },
        sentence: `${unknownWho(end, after)} ${sentenceEnd(capitalized(message))}`,
        hint: BROKEN.includes(end.cause) ? "Whether the command still runs in the pod is not known." : null,
      };
    }
  }
}

function afterWords(lastedMs: number | null): string {
  return lastedMs === null ? "" : ` after ${formatDuration(lastedMs)}`;
}

function who(end: StreamEnd, after: string): string {
  switch (end.cause) {
    case "ended-by-person":
      return `You ended the shell${after}.`;
    case "limit":
    case "revoked":
    case "signed-out":
      return `Porthole ended the shell${after}: ${sentenceEnd(end.words)}`;
    case "shutdown":
      return `The shell ended${after}, because Porthole was stopped.`;
    case "exited":
    case "lost":
    case "dead-peer":
      return `The shell ended by itself${after}.`;
    default:
      return `The cluster ended the shell${after}.`;
  }
}

function unknownWho(end: StreamEnd, after: string): string {
  // Without a status nobody can say that the shell ended "by itself".
  if (BROKEN.includes(end.cause)) return `The connection to the pod broke${after}.`;
  if (end.cause === "exited") return `The stream ended${after}.`;
  return who(end, after);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sentenceEnd(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
