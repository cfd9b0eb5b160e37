/** What the server tells the page about a session, on Channel.Event, as JSON. */
import type { Ending } from "./status.ts";
import type { Fallback, StreamEnd } from "./stream-end.ts";
import { decodeText, encodeText } from "./text.ts";

/** Where a stream changes from WebSocket to SPDY on its way to the container's runtime. */
export type TranslatedAt =
  /** The API server translates or unwraps it: 1.30 to 1.35, or a kubelet that takes no WebSockets. */
  | "apiserver"
  /** The kubelet does: 1.36 and newer, when the node declares ExtendWebSocketsToKubelet. */
  | "kubelet"
  /** Nowhere: it left Porthole as SPDY. */
  | "porthole"
  /** The node could not be read. */
  | "unknown";

/** How the stream travels; shown in the terminal's head and details. */
export interface StreamPath {
  /** As negotiated with the API server, for example v5.channel.k8s.io. */
  subprotocol: string;
  /** The wire under it. */
  transport: "websocket" | "spdy";
  /** From the first byte of the dial to the upgraded stream. */
  handshakeMs: number;
  /** Why it is not the best way; absent when it is. */
  fallback?: Fallback;
  /** Found out after the stream is open; absent until then. */
  translatedAt?: TranslatedAt;
}

export type SessionEvent =
  /**
   * The first frame. Output frames that follow begin at byte `offset` of the session's output; `missed` bytes
   * between what the viewer said it had and `offset` are gone. Up to byte `written` it is a replay: what xterm
   * would answer to it has been answered before.
   */
  | { type: "attached"; offset: number; written: number; missed: number; path: StreamPath; startedAt: number }
  /** This viewer was too slow and `missed` bytes before byte `offset` are gone; output goes on from there. */
  | { type: "gap"; offset: number; missed: number }
  /** More is known of how the stream travels. */
  | { type: "path"; path: StreamPath }
  /** Time between Porthole and the API server, by ping. */
  | { type: "rtt"; upstreamMs: number }
  /** A sentence for whoever looks on. */
  | { type: "notice"; words: string }
  /** The command is over; nothing follows. `ending` is what is known of its exit, `end` why the session is over. */
  | { type: "ended"; ending: Ending; end: StreamEnd; lastedMs: number };

export function encodeEvent(event: SessionEvent): Uint8Array<ArrayBuffer> {
  return encodeText(JSON.stringify(event));
}

/** Null for bytes that are no event this build knows: a newer server may send more kinds. */
export function decodeEvent(payload: Uint8Array): SessionEvent | null {
  try {
    const value = JSON.parse(decodeText(payload)) as SessionEvent;
    return ["attached", "gap", "path", "rtt", "notice", "ended"].includes(value?.type) ? value : null;
  } catch {
    return null;
  }
}
