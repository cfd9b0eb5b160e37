/** For tests: a WebSocket whose other side is the test. It records what the page sent and says what the test tells it. */
import { Channel, decodeFrame, encodeFrame, type Frame } from "#protocol/channel.ts";
import { encodeEvent, type SessionEvent } from "#protocol/session-event.ts";
import { encodeText } from "#protocol/text.ts";
import type { WebSocketLike } from "./terminal-socket.ts";

type Listener = (event: never) => void;

export class ScriptedSocket implements WebSocketLike {
  binaryType = "blob";
  bufferedAmount = 0;
  /** Every frame the page sent, in order. */
  readonly sent: Frame[] = [];
  /** The code the page closed with; undefined while it has not. */
  closedWith: number | undefined;
  closedByPage = false;
  readonly #listeners = new Map<string, Listener[]>();

  send(data: Uint8Array<ArrayBuffer>): void {
    const frame = decodeFrame(data);
    if (frame) this.sent.push(frame);
  }

  close(code?: number): void {
    this.closedByPage = true;
    this.closedWith = code;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  sentOn(channel: Channel): Uint8Array[] {
    return this.sent.filter((frame) => frame.channel === channel).map((frame) => frame.payload);
  }

  open(): void {
    this.#emit("open", {});
  }

  /** A message as the browser gives it: its own ArrayBuffer, or a string. */
  message(data: Uint8Array | string): void {
    this.#emit("message", { data: typeof data === "string" ? data : data.slice().buffer });
  }

  frame(channel: Channel, payload: Uint8Array): void {
    this.message(encodeFrame(channel, payload));
  }

  output(text: string | Uint8Array): void {
    this.frame(Channel.Stdout, typeof text === "string" ? encodeText(text) : text);
  }

  event(event: SessionEvent): void {
    this.frame(Channel.Event, encodeEvent(event));
  }

  attached(offset = 0, more: Record<string, unknown> = {}): void {
    const path = { subprotocol: "v5.channel.k8s.io", transport: "websocket", handshakeMs: 12 } as const;
    this.event({ type: "attached", offset, missed: 0, path, startedAt: 1_000, ...more } as SessionEvent);
  }

  closed(code: number, reason = ""): void {
    this.#emit("close", { code, reason });
  }

  #emit(type: string, event: object): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }
}
