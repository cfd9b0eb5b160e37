/**
 * One WebSocket between this page and the server: frames in, frames out, and the proof that the other side still
 * answers. Knows nothing of React, of xterm or of reconnecting; terminal-session.ts makes one per attempt.
 */
import { encodeAck } from "#protocol/ack.ts";
import { Channel, decodeFrame, encodeFrame } from "#protocol/channel.ts";
import { CloseCode, ReceivedCode } from "#protocol/close-code.ts";
import { encodeResize, type TerminalSize } from "#protocol/resize.ts";
import { decodeEvent, type SessionEvent } from "#protocol/session-event.ts";
import { StatusCollector } from "#protocol/status-collector.ts";
import { EchoProbe } from "./echo-probe.ts";
import { StdinQueue } from "./stdin-queue.ts";

/** From the dial to the `attached` event. Longer than a slow TLS handshake and a proxy's wake-up together. */
export const ATTACH_TIMEOUT_MS = 15_000;

/** What is used of the DOM's WebSocket, so that a test can script one. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
  addEventListener(type: "open", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { code: number; reason: string }) => void): void;
}

export interface SocketClose {
  code: number;
  reason: string;
  /** False: the handshake never finished, and a browser hides from pages why. */
  opened: boolean;
  /** What the error channel carried, a metav1.Status in JSON; empty when nothing came. */
  status: Uint8Array;
  /** Input that was accepted and never left the page. */
  unsentBytes: number;
}

export interface TerminalSocketListener {
  onEvent(event: SessionEvent): void;
  /** Raw terminal output; the view is valid after the call returns. */
  onOutput(bytes: Uint8Array): void;
  onRoundTrip(ms: number): void;
  /** Called once; nothing follows it. */
  onClose(close: SocketClose): void;
}

export class TerminalSocket {
  readonly #socket: WebSocketLike;
  readonly #listener: TerminalSocketListener;
  readonly #stdin: StdinQueue;
  readonly #probe: EchoProbe;
  readonly #status = new StatusCollector();
  #phase: "connecting" | "open" | "closed" = "connecting";
  #attachTimer: ReturnType<typeof setTimeout> | null;

  constructor(socket: WebSocketLike, listener: TerminalSocketListener) {
    this.#socket = socket;
    this.#listener = listener;
    this.#stdin = new StdinQueue(socket);
    this.#probe = new EchoProbe({
      send: (payload) => this.#send(Channel.Echo, payload),
      onRoundTrip: (ms) => listener.onRoundTrip(ms),
      onSilence: () => this.#abandon(ReceivedCode.Abnormal, "the server stopped answering"),
    });
    this.#attachTimer = setTimeout(
      () => this.#abandon(ReceivedCode.Abnormal, "the server did not answer in time"),
      ATTACH_TIMEOUT_MS,
    );
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      if (this.#phase === "connecting") this.#phase = "open";
    });
    socket.addEventListener("message", (event) => this.#receive(event.data));
    socket.addEventListener("close", (event) => this.#finish(event.code, event.reason));
  }

  /** False when the input queue is full or the socket is not open; then nothing of it is sent. */
  sendInput(bytes: Uint8Array): boolean {
    return this.#phase === "open" && this.#stdin.push(bytes);
  }

  sendResize(size: TerminalSize): void {
    this.#send(Channel.Resize, encodeResize(size));
  }

  /** @param offset how much of the session's output xterm has parsed, see protocol/ack.ts */
  sendAck(offset: number): void {
    this.#send(Channel.Ack, encodeAck(offset));
  }

  /** Asks for a sign of life now, with less patience: the laptop may just have been opened. */
  checkAlive(): void {
    if (this.#phase === "open") this.#probe.urgent();
  }

  /** Detaches: the session goes on, and the listener hears nothing more. */
  detach(): void {
    if (this.#phase === "closed") return;
    this.#dispose();
    this.#socket.close(CloseCode.Normal);
  }

  #send(channel: Channel, payload: Uint8Array): void {
    if (this.#phase === "open") this.#socket.send(encodeFrame(channel, payload));
  }

  #receive(data: unknown): void {
    if (this.#phase === "closed") return;
    this.#probe.heard();
    // The subprotocol has no text messages; one means that something else answers at this address.
    if (!(data instanceof ArrayBuffer)) {
      this.#abandon(CloseCode.UnsupportedData, "a text message came");
      return;
    }
    const frame = decodeFrame(new Uint8Array(data));
    if (!frame) return;
    switch (frame.channel) {
      case Channel.Stdout:
      case Channel.Stderr:
        if (frame.payload.byteLength > 0) this.#listener.onOutput(frame.payload);
        return;
      case Channel.Error:
        this.#status.push(frame.payload);
        return;
      case Channel.Event:
        this.#receiveEvent(frame.payload);
        return;
      case Channel.Echo:
        this.#probe.answered(frame.payload);
        return;
    }
    // Any other channel is one this build does not know; a newer server may use it.
  }

  #receiveEvent(payload: Uint8Array): void {
    const event = decodeEvent(payload);
    if (!event) return;
    if (event.type === "attached") {
      this.#stopAttachTimer();
      this.#probe.start();
    }
    this.#listener.onEvent(event);
  }

  /** Gives the socket up without waiting for its close event: on a dead network that takes minutes. */
  #abandon(code: number, reason: string): void {
    if (this.#phase === "closed") return;
    this.#finish(code, reason);
    this.#socket.close();
  }

  #finish(code: number, reason: string): void {
    if (this.#phase === "closed") return;
    const opened = this.#phase === "open";
    const unsentBytes = this.#dispose();
    this.#listener.onClose({ code, reason, opened, status: this.#status.bytes, unsentBytes });
  }

  #dispose(): number {
    this.#phase = "closed";
    this.#stopAttachTimer();
    this.#probe.dispose();
    return this.#stdin.dispose();
  }

  #stopAttachTimer(): void {
    if (this.#attachTimer !== null) clearTimeout(this.#attachTimer);
    this.#attachTimer = null;
  }
}
