/**
 * The server role of a WebSocket: `ws` reads what browsers and kubectl send, and writes pings, pongs and closes.
 * Messages to them are written here, on the socket that `ws` writes to, because it would want channel and payload in one
 * buffer. Without compression it keeps no queue of its own; what waits here is flushed before it writes.
 */
import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { closeFrameOf, closeReason } from "#protocol/close-code.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { TurnWrites } from "./turn-writes.ts";
import type { WebSocketConnection, WebSocketConnectionEvents } from "./websocket-connection.ts";
import { messageHeader } from "./websocket-frames.ts";

export class AcceptedWebSocket implements WebSocketConnection {
  readonly #writes: TurnWrites;

  constructor(
    private readonly ws: WebSocket,
    private readonly socket: Duplex,
  ) {
    this.#writes = new TurnWrites(socket);
    ws.pause();
  }

  get open(): boolean {
    return this.ws.readyState === this.ws.OPEN;
  }

  get queuedBytes(): number {
    return this.ws.bufferedAmount + this.#writes.pendingBytes;
  }

  listen(events: WebSocketConnectionEvents): void {
    const { ws, socket } = this;
    ws.on("message", (data: RawData, isBinary: boolean) => events.piece(data as Buffer, true, isBinary));
    ws.on("ping", (data) => {
      this.#writes.flush();
      ws.pong(data);
    });
    ws.on("pong", () => events.pong());
    ws.on("error", (error) => events.failed(error));
    ws.on("close", (code, reason) => events.closed(code, reason.toString()));
    socket.on("drain", () => events.drain());
  }

  sendFrame(channel: number, payload: Uint8Array): void {
    if (this.open) this.#writes.copy(messageHeader(channel, payload.byteLength), payload);
  }

  sendBytes(bytes: Uint8Array, done?: (error?: Error | null) => void): void {
    if (this.open) this.#writes.keep(messageHeader(null, bytes.byteLength), bytes, done);
    else done?.();
  }

  ping(): void {
    if (!this.open) return;
    this.#writes.flush();
    this.ws.ping();
  }

  pong(): void {
    if (!this.open) return;
    this.#writes.flush();
    this.ws.pong();
  }

  pause(): void {
    this.ws.pause();
  }

  resume(): void {
    this.ws.resume();
  }

  leave(end: StreamEnd, code?: number): void {
    const frame = closeFrameOf(end);
    this.close(code ?? frame.code, frame.reason);
  }

  close(code: number, reason: string): void {
    this.#writes.flush();
    // It gives up after DOWNSTREAM_LIMITS.closeTimeout.
    this.ws.close(code, closeReason(reason));
  }

  terminate(): void {
    this.ws.terminate();
  }
}
