/** A `ws` WebSocket as a ChannelSocket: one binary message is one v5 frame. Used on every leg, in both roles. */
import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { CloseCode, closeReason } from "#protocol/close-code";
import { Heartbeat, type HeartbeatOptions } from "./heartbeat";
import { closeWords, DEAD_PEER_WORDS } from "./loss-words";
import type { ChannelSocket, ChannelSocketEvents, SocketEnd } from "./types";
import {
  DOWNSTREAM_CLOSE_TIMEOUT_MS,
  SEND_HIGH_WATER_BYTES,
  UPSTREAM_CLOSE_TIMEOUT_MS,
} from "./websocket-limits";

export interface WebSocketRole {
  /** `client`: we dialled an API server. `server`: a browser or kubectl dialled us. */
  role: "client" | "server";
  heartbeat: HeartbeatOptions;
}

export class WebSocketChannelSocket implements ChannelSocket {
  readonly transport = "websocket";
  readonly subprotocol: string;
  readonly #heartbeat: Heartbeat;
  #events: ChannelSocketEvents | null = null;
  /** Frames and the end that came before listen(); reading is paused meanwhile, so one socket chunk at most. */
  #early: Uint8Array[] = [];
  #end: SocketEnd | null = null;
  #closing = false;
  #congested = false;
  #gathering = false;
  /** What went wrong here; more telling than the close code that follows from it. */
  #fault: string | null = null;

  constructor(
    private readonly ws: WebSocket,
    private readonly socket: Duplex,
    private readonly options: WebSocketRole,
    subprotocol = ws.protocol,
  ) {
    this.subprotocol = subprotocol;
    this.#heartbeat = new Heartbeat(ws, options.heartbeat, () => this.#dead());
    ws.on("message", (data: RawData, isBinary: boolean) => this.#message(data as Buffer, isBinary));
    ws.on("error", (error) => {
      this.#fault ??= error.message;
    });
    ws.on("close", (code, reason) => this.#closed(code, reason.toString()));
    socket.on("drain", () => this.#drained());
    ws.pause();
  }

  get queuedBytes(): number {
    return this.ws.bufferedAmount;
  }

  get rttMs(): number | null {
    return this.#heartbeat.rttMs;
  }

  listen(events: ChannelSocketEvents): void {
    this.#events = events;
    const early = this.#early;
    this.#early = [];
    for (const frame of early) events.frame(frame);
    if (this.#end) events.end(this.#end);
    else this.resume();
  }

  send(frame: Uint8Array): boolean {
    if (this.#closing || this.ws.readyState !== this.ws.OPEN) return true;
    this.#gather();
    this.ws.send(frame, { binary: true });
    this.#heartbeat.sent(frame.byteLength);
    this.#congested ||= this.ws.bufferedAmount > SEND_HIGH_WATER_BYTES;
    return !this.#congested;
  }

  pause(): void {
    if (this.#closing) return;
    this.ws.pause();
    this.#heartbeat.setPaused(true);
  }

  resume(): void {
    this.ws.resume();
    this.#heartbeat.setPaused(false);
  }

  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    // The peer's close frame must still be read, so reading goes on; its data frames are dropped.
    this.resume();
    this.ws.close(code, closeReason(reason));
    const limit = this.options.role === "client" ? UPSTREAM_CLOSE_TIMEOUT_MS : DOWNSTREAM_CLOSE_TIMEOUT_MS;
    const timer = setTimeout(() => this.ws.terminate(), limit);
    timer.unref();
    this.ws.once("close", () => clearTimeout(timer));
  }

  terminate(): void {
    this.#closing = true;
    this.ws.terminate();
  }

  #message(data: Buffer, isBinary: boolean): void {
    this.#heartbeat.received(data.byteLength);
    if (this.#closing) return;
    if (!isBinary) {
      this.#fault = "a text message came where only binary ones are allowed";
      this.close(CloseCode.UnsupportedData, this.#fault);
      return;
    }
    // Kubernetes servers ignore an empty message and client-go dies of one: it goes no further (protocol.md 1.2).
    if (data.byteLength === 0) return;
    if (this.#events) this.#events.frame(data);
    else this.#early.push(data);
  }

  /** The frames of one turn of the event loop leave in one write. */
  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.socket.cork();
    setImmediate(() => {
      this.#gathering = false;
      this.socket.uncork();
    });
  }

  #drained(): void {
    if (!this.#congested) return;
    this.#congested = false;
    this.#events?.drain();
  }

  #dead(): void {
    this.#fault = DEAD_PEER_WORDS;
    this.ws.terminate();
  }

  #closed(code: number, reason: string): void {
    this.#heartbeat.stop();
    this.#end = { code, reason: this.#fault ?? closeWords(code, reason) };
    this.#events?.end(this.#end);
  }
}
