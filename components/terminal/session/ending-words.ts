/**
 * How it ended, in words that claim no more than is known: an exit status that did not arrive is no success. What was
 * attached to does not end with the terminal, so there the words are of detaching. Loaded with the note of an end.
 */
import type { Tone } from "#components/ui/control/marks.tsx";
import { formatDuration } from "#components/ui/format.ts";
import { lostEnding } from "#protocol/status.ts";
import type { EndCause, StreamEnd } from "#protocol/stream-end.ts";
import { fateWords } from "./fate-words.ts";
import type { PodFate } from "./pod-fate.ts";
import { isMissingCommand, type RunKind } from "./run-choice.ts";
import type { OverState } from "./terminal-session-state.ts";

interface OverWords {
  badge: { text: string; tone: Tone };
  sentence: string;
  /** What it may mean or what helps; null when the sentence is all there is. */
  hint: string | null;
}

type Ended = Extract<OverState, { kind: "ended" }>;

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

const NOUNS: Record<RunKind, string> = { shell: "shell", command: "command", attach: "main process" };
const ITS_OWN: Record<RunKind, string> = {
  shell: "The shell",
  command: "The command",
  attach: "The container's main process",
};
const MISSING_HINT =
  "Another shell may be there, or a command of its own. “kubectl debug” can put a container with a shell beside it.";

/** For the states that show a note instead of a terminal that takes input. */
export function overWords(state: OverState, kind: RunKind, fate: PodFate | null = null): OverWords {
  switch (state.kind) {
    case "ended": {
      const words = kind === "attach" && detached(state) ? wordsOfDetaching(state) : wordsOfEnd(state, kind);
      return fate ? { ...words, ...fateWords(fate, NOUNS[kind], afterWords(state.lastedMs)) } : words;
    }
    case "gone":
      return {
        badge: { text: "gone", tone: "bad" },
        sentence:
          kind === "attach"
            ? "This session is gone: nothing is attached any more."
            : `This session is gone, and its ${kind} with it.`,
        hint: `It was ended, it was left alone for too long, or Porthole was restarted. ${
          kind === "attach"
            ? "The container's main process is not touched by that."
            : `A ${kind} in a pod cannot be picked up again after that.`
        }`,
      };
    case "refused":
      return { badge: { text: "refused", tone: "bad" }, sentence: state.message, hint: null };
  }
}

/** Somebody here let go of a process that goes on: no status is missing. */
function detached({ ending, end }: Ended): boolean {
  return ending.kind === "unknown" && DECIDED.includes(end.cause);
}

function wordsOfDetaching({ end, lastedMs }: Ended): OverWords {
  const after = afterWords(lastedMs);
  const who =
    end.cause === "ended-by-person"
      ? `You detached${after}.`
      : end.cause === "shutdown"
        ? `Detached${after}, because Porthole was stopped.`
        : `Porthole detached${after}: ${sentenceEnd(end.words)}`;
  return {
    badge: { text: "detached", tone: "neutral" },
    sentence: `${who} The container's main process runs on.`,
    hint: null,
  };
}

function wordsOfEnd({ ending, end, lastedMs }: Ended, kind: RunKind): OverWords {
  const after = afterWords(lastedMs);
  switch (ending.kind) {
    case "exited":
      return {
        badge: { text: `exit ${ending.code}`, tone: ending.code === 0 ? "neutral" : "bad" },
        sentence: who(end, after, kind),
        hint: EXIT_HINTS[ending.code] ?? null,
      };
    case "failed":
      return {
        badge: { text: "failed", tone: "bad" },
        sentence: `The cluster could not ${kind === "attach" ? "attach to" : "run"} the ${NOUNS[kind]}: ${sentenceEnd(ending.message)}`,
        hint: kind !== "attach" && isMissingCommand(ending.message) ? MISSING_HINT : null,
      };
    case "unknown": {
      const decided = DECIDED.includes(end.cause);
      const { message } = decided ? lostEnding("") : ending;
      return {
        badge: { text: "no exit status", tone: "warn" },
        sentence: `${unknownWho(end, after, kind)} ${sentenceEnd(capitalized(message))}`,
        hint: BROKEN.includes(end.cause) ? stillRunning(kind) : null,
      };
    }
  }
}

function stillRunning(kind: RunKind): string {
  return kind === "attach"
    ? "Whether the main process still runs is not known; attaching again tells."
    : "Whether the command still runs in the pod is not known.";
}

function afterWords(lastedMs: number | null): string {
  return lastedMs === null ? "" : ` after ${formatDuration(lastedMs)}`;
}

function who(end: StreamEnd, after: string, kind: RunKind): string {
  const it = ITS_OWN[kind];
  switch (end.cause) {
    case "ended-by-person":
      return kind === "attach" ? `${it} ended${after}.` : `You ended the ${kind}${after}.`;
    case "limit":
    case "revoked":
    case "signed-out":
      return kind === "attach"
        ? `${it} ended${after}.`
        : `Porthole ended the ${kind}${after}: ${sentenceEnd(end.words)}`;
    case "shutdown":
      return kind === "attach"
        ? `${it} ended${after}.`
        : `${it} ended${after}, because Porthole was stopped.`;
    case "exited":
    case "lost":
    case "dead-peer":
      return `${it} ended by itself${after}.`;
    default:
      return kind === "attach"
        ? `The cluster ended the connection to the main process${after}.`
        : `The cluster ended the ${kind}${after}.`;
  }
}

function unknownWho(end: StreamEnd, after: string, kind: RunKind): string {
  // Without a status nobody can say that the shell ended "by itself".
  if (BROKEN.includes(end.cause)) return `The connection to the pod broke${after}.`;
  if (end.cause === "exited") return `The stream ended${after}.`;
  return who(end, after, kind);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sentenceEnd(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
