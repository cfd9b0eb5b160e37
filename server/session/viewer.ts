/**
 * One browser socket on a session. Output is offered to it from the session's ring, never more than one window
 * ahead of what the page has acked; a plain v5 client has no acks and is held back by its socket alone.
 */
import { ACK_EVERY_BYTES, OUTPUT_WINDOW_BYTES } from "#protocol/ack.ts";
import { Channel, MAX_PAYLOAD_BYTES } from "#protocol/channel.ts";
import { type ClientRules, clientRules } from "#protocol/client-frame.ts";
import { encodeEvent, type SessionEvent } from "#protocol/session-event.ts";
import { encodeText } from "#protocol/text.ts";
import type { ChannelSocket } from "#server/stream/types.ts";
import type { OutputRing } from "./output-ring.ts";

/** Without an ack for this long a full window is a stalled page: the process goes on without it. */
export const STALLED_AFTER_MS = 10_000;

export class Viewer {
  /** Acks and events are spoken; false for a client that offered only v5.channel.k8s.io. */
  readonly acks: boolean;
  /** How its frames are read; a session always has a terminal. */
  readonly rules: ClientRules;
  /** Stalled: the session no longer waits for it. */
  behind = false;
  #sent: number;
  #acked: number;
  #congested = false;
  #lastProgress = performance.now();
  #finished = false;

  /** @param from the offset the viewer has output up to */
  constructor(
    readonly socket: ChannelSocket,
    private readonly ring: OutputRing,
    from: number,
  ) {
    this.rules = clientRules(socket, true);
    this.acks = this.rules.porthole;
    const held = Math.min(Math.max(from, ring.start), ring.end);
    this.#sent = held;
    this.#acked = held;
  }

  /** Output that was produced and not yet sent to this viewer. */
  get backlogBytes(): number {
    return this.ring.end - this.#sent;
  }

  get sentOffset(): number {
    return this.#sent;
  }

  /** True when all output has been sent. */
  get caughtUp(): boolean {
    return this.#sent === this.ring.end;
  }

  /** True when its window has been full, with no ack, for longer than a page may hold a process. */
  stalled(now: number): boolean {
    return this.acks && !this.caughtUp && now - this.#lastProgress > STALLED_AFTER_MS;
  }

  event(event: SessionEvent): void {
    if (this.acks) this.#control(Channel.Event, encodeEvent(event));
  }

  echo(payload: Uint8Array): void {
    this.#control(Channel.Echo, payload);
  }

  /** Sends what the window and the socket allow. */
  pump(): void {
    // A stalled page gets nothing until it acks again: each loss would otherwise open a new window.
    if (this.behind) return;
    if (this.#sent < this.ring.start) this.#skipLost();
    while (!this.#congested && this.#sent < this.ring.end) {
      const room = this.acks ? OUTPUT_WINDOW_BYTES - (this.#sent - this.#acked) : MAX_PAYLOAD_BYTES;
      // A sliver is not worth a message; an ack makes room for more.
      if (room <= 0 || (room < ACK_EVERY_BYTES && this.backlogBytes > room)) return;
      const bytes = this.ring.read(this.#sent, Math.min(room, MAX_PAYLOAD_BYTES));
      this.#sent += bytes.byteLength;
      this.#congested = !this.socket.send(Channel.Stdout, bytes);
    }
  }

  /** @returns false when the ack is beyond what was sent */
  ack(offset: number): boolean {
    if (offset > this.#sent) return false;
    if (offset > this.#acked) {
      this.#acked = offset;
      this.#lastProgress = performance.now();
      this.behind = false;
    }
    this.pump();
    return true;
  }

  drained(): void {
    this.#congested = false;
    this.pump();
  }

  /** A window that was not full is not stalled: the clock starts when output waits. */
  outputBegins(): void {
    if (this.caughtUp) this.#lastProgress = performance.now();
  }

  /** Sends the status, the `ended` event and the close frame; all output must have been sent. */
  finish(status: string, ended: SessionEvent): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#control(Channel.Error, encodeText(status));
    this.event(ended);
    this.socket.close({ cause: "exited", words: "the status said it" });
  }

  #control(
    channel: typeof Channel.Event | typeof Channel.Echo | typeof Channel.Error,
    payload: Uint8Array,
  ): void {
    this.socket.send(channel, payload);
  }

  #skipLost(): void {
    const missed = this.ring.start - this.#sent;
    this.#sent = this.ring.start;
    this.#acked = this.ring.start;
    this.event({ type: "gap", offset: this.ring.start, missed });
  }
}
