/** A session's state while it is not over, as people read it: a badge in the head, a sentence for a screen reader. */
import type { Tone } from "#components/ui/control/marks.tsx";
import type { StreamPath } from "#protocol/session-event.ts";
import type { RunKind } from "./run-choice.ts";
import type { OverState, SessionState } from "./terminal-session-state.ts";

interface StateBadge {
  text: string;
  tone: Tone;
}

/** The protocol is named only while it carries something: a name beside a dead connection would be a lie. */
export function stateBadge(state: SessionState, path: StreamPath | null): StateBadge {
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

function pathBadge(path: StreamPath): StateBadge {
  if (path.transport === "spdy") return { text: path.fallback ? "SPDY fallback" : "SPDY", tone: "warn" };
  // "v5.channel.k8s.io" says more than anyone needs in a head.
  const version = /^v\d+/.exec(path.subprotocol)?.[0];
  return { text: version ? `${version} WebSocket` : "WebSocket", tone: path.fallback ? "warn" : "ok" };
}

/** What is announced when a state begins. */
export function stateSentence(state: Exclude<SessionState, OverState>, place: string, kind: RunKind): string {
  switch (state.kind) {
    case "connecting":
      if (kind === "attach") return `Attaching to the main process of ${place}.`;
      return `${state.step === "starting" ? "Starting a" : "Connecting to the"} ${kind} in ${place}.`;
    case "live":
      return kind === "attach" ? `Attached to the main process of ${place}.` : `Connected to ${place}.`;
    case "behind":
      return "Catching up with the output.";
    case "reconnecting":
      return `No connection to ${place}. ${runsOn(kind)} Trying again.`;
  }
}

/** While this page is cut off. */
export function runsOn(kind: RunKind): string {
  return kind === "attach" ? "The session stays attached." : `The ${kind} keeps running.`;
}
