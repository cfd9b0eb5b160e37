/**
 * The server role of a WebSocket: `ws` reads what browsers and kubectl send, and writes pings, pongs and closes.
 * Messages to them are written here, on the socket that `ws` writes to, because it would want channel and payload in one
 * buffer. Without compression it keeps no queue of its own; what waits here is flushed before it writes.
 */
import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { closeFrameOf, closeReason } from "#protocol/close-code.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { PacedReading } from "#server/kube/connect/paced-reading.ts";
import { brokeBound } from "../stream-end.ts";
import { controlBudget, type MessageBudget } from "./frame-budget.ts";
import { HalfMessage } from "./half-message.ts";
import { LatestAnswer } from "./latest-answer.ts";
import { TurnWrites } from "./turn-writes.ts";
import type { WebSocketConnection, WebSocketConnectionEvents } from "./websocket-connection.ts";
import { messageHeader } from "./websocket-frames.ts";
import { AFTER_CLOSE_READ_BYTES, CLOSE_LINGER_MS } from "./websocket-limits.ts";

/** For the close frame to a client that floods; then it is gone, whatever it does. */
const LAST_WORDS_MS = 500;

const PINGS_TOO_FAST: StreamEnd = { cause: "limit", words: "more pings than anybody needs" };
const MESSAGES_TOO_FAST: StreamEnd = { cause: "limit", words: "more messages a second than anybody types" };
const HALVES_TOO_MANY: StreamEnd = { cause: "limit", words: "too many large messages are half sent" };

export class AcceptedWebSocket implements WebSocketConnection {
  readonly #writes: TurnWrites;
  readonly #reading: PacedReading;
  readonly #controls = controlBudget();
  readonly #messages: MessageBudget | null;
  readonly #pongs: LatestAnswer;
  readonly #half = new HalfMessage();
  #flooded = false;
  #closing = false;
  /** Too much came behind our close. */
  #deaf = false;

  /** @param messages what a person or a command may be sent; null: a tunnel's are pieces of bytes */
  constructor(
    private readonly ws: WebSocket,
    private readonly socket: Duplex,
    messages: MessageBudget | null,
  ) {
    this.#writes = new TurnWrites(socket);
    this.#reading = new PacedReading(ws);
    this.#messages = messages;
    this.#pongs = new LatestAnswer((payload, done) => {
      this.#writes.flush();
      ws.pong(payload, false, done);
    });
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
    const drop = (end: StreamEnd) => {
      // Nothing of it is read any more, not even its close frame.
      this.#flooded = true;
      this.#reading.hold();
      events.failed(end);
      this.leave(end);
      setTimeout(() => ws.terminate(), LAST_WORDS_MS).unref();
    };
    socket.on("data", ({ byteLength }: Buffer) => {
      if (!this.#half.read(byteLength) && !this.#flooded) drop(HALVES_TOO_MANY);
    });
    ws.on("message", (data: RawData, isBinary: boolean) => {
      this.#half.end();
      if (this.#flooded) return;
      const message = data as Buffer;
      if (this.#pace(message)) events.piece(message, true, isBinary);
      else drop(MESSAGES_TOO_FAST);
    });
    ws.on("ping", (data) => {
      if (this.#flooded) return;
      if (this.#controls.take() > 0) drop(PINGS_TOO_FAST);
      else this.#pongs.ask(data);
    });
    ws.on("pong", () => {
      if (this.#flooded) return;
      if (this.#controls.take() > 0) drop(PINGS_TOO_FAST);
      else events.pong();
    });
    ws.on("error", ({ message }) => {
      events.failed({ cause: "protocol", words: message });
      // `ws` has sent a close frame, and reads on.
      this.#readLittle();
      this.#linger();
    });
    ws.on("close", (code, reason) => {
      this.#half.drop();
      events.closed(code, reason.toString());
    });
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
    this.#reading.hold();
  }

  resume(): void {
    if (!this.#flooded && !this.#deaf) this.#reading.release();
  }

  leave(end: StreamEnd, code?: number): void {
    const frame = closeFrameOf(end);
    this.close(code ?? frame.code, frame.reason);
    if (brokeBound(end)) this.#linger();
  }

  close(code: number, reason: string): void {
    this.#writes.flush();
    this.#readLittle();
    // It gives up after DOWNSTREAM_LIMITS.closeTimeout.
    this.ws.close(code, closeReason(reason));
  }

  terminate(): void {
    this.ws.terminate();
  }

  #linger(): void {
    setTimeout(() => this.ws.terminate(), CLOSE_LINGER_MS).unref();
  }

  /** From our close on. Output that waits for a slow reader still leaves. */
  #readLittle(): void {
    if (this.#closing) return;
    this.#closing = true;
    let left = AFTER_CLOSE_READ_BYTES;
    this.socket.on("data", (chunk: Buffer) => {
      left -= chunk.byteLength;
      if (left > 0) return;
      this.#deaf = true;
      this.#reading.hold();
    });
  }

  /** False: it is to be given up. */
  #pace(message: Buffer): boolean {
    this.#reading.count(message.byteLength);
    const waitMs = this.#messages?.take(message) ?? 0;
    if (waitMs === Number.POSITIVE_INFINITY) return false;
    if (waitMs > 0) this.#reading.rest(waitMs);
    return true;
  }
}
