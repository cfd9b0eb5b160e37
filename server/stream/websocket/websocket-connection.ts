/**
 * One WebSocket, whichever side opened it, as the pieces of its messages. `dialed-websocket.ts` is the client role
 * towards API servers, `accepted-websocket.ts` the server role towards browsers and kubectl. Next hop:
 * websocket-channel-socket.ts (exec, attach) or tunneling-connection.ts (port-forward).
 */
import type { StreamEnd } from "#protocol/stream-end.ts";

export interface WebSocketConnectionEvents {
  /**
   * Bytes of a data message, valid until this returns. An accepted socket gives whole messages. A dialed one gives what
   * is there: a long message comes in several pieces, so nothing is copied to join what the next hop would split again.
   * @param first they begin a message
   */
  piece(bytes: Buffer, first: boolean, binary: boolean): void;
  pong(): void;
  /** Everything sent has left. */
  drain(): void;
  /** The peer broke RFC 6455, or floods; `closed` follows. */
  failed(end: StreamEnd): void;
  /** Once; nothing follows. 1005: a close frame without a code, 1006: no close frame. */
  closed(code: number, reason: string): void;
}

export interface WebSocketConnection {
  /** False once either side has begun to close. */
  readonly open: boolean;
  /** Bytes sent and not yet handed to the kernel. */
  readonly queuedBytes: number;
  /** Call once, at once. Nothing is read before resume(). */
  listen(events: WebSocketConnectionEvents): void;
  /** One binary message: a channel and its payload, which is copied. What is sent in one turn leaves in one write. */
  sendFrame(channel: number, payload: Uint8Array): void;
  /** One binary message that must not change before `done`. */
  sendBytes(bytes: Uint8Array, done?: (error?: Error | null) => void): void;
  ping(): void;
  /** One that nobody asked for (RFC 6455 section 5.5.3). */
  pong(): void;
  pause(): void;
  resume(): void;
  /**
   * Ends exec or attach from this side, behind what was sent. A server says how, with a close frame. A client hangs up
   * without one: an API server that gets a close frame keeps the command running, with or without a reader
   * (protocol.md 1.4).
   * @param code instead of the one that belongs to the cause
   */
  leave(end: StreamEnd, code?: number): void;
  /** Sends a close frame behind what was sent, and gives up waiting for the peer's after the role's limit. */
  close(code: number, reason: string): void;
  /** Drops the connection now. */
  terminate(): void;
}
