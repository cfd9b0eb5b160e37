/** A session's state as people read it: a badge in the head, a sentence for a screen reader, a note when it is over. */
import type { StreamPath } from "#protocol/session-event.ts";
import { endingWords, type OverWords } from "./ending-words.ts";
import type { PodFate } from "./pod-fate.ts";
import type { SessionState } from "./terminal-session-state.ts";

/** The protocol is named only while it carries something: a name beside a dead connection would be a lie. */
export function stateBadge(state: SessionState, path: StreamPath | null): OverWords["badge"] {
  switch (state.kind) {
    case "connecting":
      return { text: "connecting", tone: "neutral" };
    case "live":
      return path ? pathBadge(path) : { text: "live", tone: "ok" };
    case "behind":
      return { text: "catching up", tone: "warn" };
    case "reconnecting":
      return { text: "reconnecting", tone: "warn" };
    case "ended":
      return { text: "ended", tone: "neutral" };
    case "gone":
      return { text: "gone", tone: "bad" };
    case "refused":
      return { text: "refused", tone: "bad" };
  }
}

function pathBadge(path: StreamPath): OverWords["badge"] {
  if (path.transport === "spdy") return { text: path.fallback ? "SPDY fallback" : "SPDY", tone: "warn" };
  // "v5.channel.k8s.io" says more than anyone needs in a head.
  const version = /^v\d+/.exec(path.subprotocol)?.[0];
  return { text: version ? `${version} WebSocket` : "WebSocket", tone: path.fallback ? "warn" : "ok" };
}

/** What is announced when a state begins. */
export function stateSentence(state: SessionState, place: string): string {
  switch (state.kind) {
    case "connecting":
      return state.step === "starting"
        ? `Starting a shell in ${place}.`
        : `Connecting to the shell in ${place}.`;
    case "live":
      return `Connected to ${place}.`;
    case "behind":
      return "Catching up with the output.";
    case "reconnecting":
      return `No connection to ${place}. The shell keeps running; trying again.`;
    default:
      return overWords(state).sentence;
  }
}

/** For the states that show a note instead of a terminal that takes input. */
export function overWords(
  state: Extract<SessionState, { kind: "ended" | "gone" | "refused" }>,
  fate: PodFate | null = null,
): OverWords {
  switch (state.kind) {
    case "ended":
      return endingWords(state, fate);
    case "gone":
      return {
        badge: { text: "gone", tone: "bad" },
        sentence: "This session is gone, and its shell with it.",
        hint: "It was ended, it was left alone for too long, or Porthole was restarted. A shell in a pod cannot be picked up again after that.",
      };
    case "refused":
      return { badge: { text: "refused", tone: "bad" }, sentence: state.message, hint: null };
  }
}
