/** A WebSocket as a ChannelSocket: byte 0 of a message is its channel. Used on every leg, in both roles. */
import { CloseCode } from "#protocol/close-code.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { DEAD_PEER, endOfClose } from "../stream-end.ts";
import type { ChannelSocket, ChannelSocketEvents, SocketEnd } from "../types.ts";
import { Heartbeat, type HeartbeatOptions } from "./heartbeat.ts";
import type { WebSocketConnection } from "./websocket-connection.ts";
import { SEND_HIGH_WATER_BYTES } from "./websocket-limits.ts";

export class WebSocketChannelSocket implements ChannelSocket {
  readonly transport = "websocket";
  readonly #heartbeat: Heartbeat;
  #events: ChannelSocketEvents | null = null;
  /** The channel of the message that is coming in. */
  #channel = 0;
  #end: SocketEnd | null = null;
  #closing = false;
  #congested = false;
  /** What went wrong here; more telling than the close code that follows from it. */
  #fault: StreamEnd | null = null;

  constructor(
    private readonly connection: WebSocketConnection,
    readonly subprotocol: string,
    heartbeat: HeartbeatOptions,
  ) {
    this.#heartbeat = new Heartbeat(connection, heartbeat, () => this.#dead());
    connection.listen({
      piece: (bytes, first, binary) => this.#piece(bytes, first, binary),
      pong: () => this.#heartbeat.pong(),
      drain: () => this.#drained(),
      failed: (end) => {
        this.#fault ??= end;
      },
      closed: (code, reason) => this.#closed(code, reason),
    });
  }

  get queuedBytes(): number {
    return this.connection.queuedBytes;
  }

  get rttMs(): number | null {
    return this.#heartbeat.rttMs;
  }

  listen(events: ChannelSocketEvents): void {
    this.#events = events;
    if (this.#end) events.end(this.#end);
    else this.resume();
  }

  send(channel: number, payload: Uint8Array): boolean {
    if (this.#closing || !this.connection.open) return true;
    this.connection.sendFrame(channel, payload);
    this.#heartbeat.sent(payload.byteLength);
    this.#congested ||= this.connection.queuedBytes > SEND_HIGH_WATER_BYTES;
    return !this.#congested;
  }

  pause(): void {
    if (this.#closing) return;
    this.connection.pause();
    this.#heartbeat.setPaused(true);
  }

  resume(): void {
    this.connection.resume();
    this.#heartbeat.setPaused(false);
  }

  close(end: StreamEnd): void {
    this.#leave(end);
  }

  terminate(): void {
    this.#closing = true;
    this.connection.terminate();
  }

  #piece(bytes: Buffer, first: boolean, binary: boolean): void {
    this.#heartbeat.received(bytes.byteLength);
    if (this.#closing) return;
    if (!binary) {
      this.#fault = { cause: "protocol", words: "a text message came where only binary ones are allowed" };
      this.#leave(this.#fault, CloseCode.UnsupportedData);
      return;
    }
    // Kubernetes servers ignore an empty message and client-go dies of one: it goes no further (protocol.md 1.2).
    if (bytes.byteLength === 0) return;
    if (first) this.#channel = bytes[0]!;
    this.#events?.frame(this.#channel, first ? bytes.subarray(1) : bytes);
  }

  #leave(end: StreamEnd, code?: number): void {
    if (this.#closing) return;
    this.#closing = true;
    // The peer's end must still be read, so reading goes on; its data frames are dropped.
    this.resume();
    this.connection.leave(end, code);
  }

  #drained(): void {
    if (!this.#congested) return;
    this.#congested = false;
    this.#events?.drain();
  }

  #dead(): void {
    this.#fault = DEAD_PEER;
    this.connection.terminate();
  }

  #closed(code: number, reason: string): void {
    this.#heartbeat.stop();
    this.#end = { ...endOfClose(code, reason), ...this.#fault };
    this.#events?.end(this.#end);
  }
}
