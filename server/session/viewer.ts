/**
 * One browser socket on a session. Output is offered to it from the session's history, never more than one window
 * ahead of what the page has acked; a plain v5 client has no acks and is held back by its socket alone.
 */
import { ACK_EVERY_BYTES, OUTPUT_WINDOW_BYTES } from "#protocol/ack.ts";
import { Channel, MAX_PAYLOAD_BYTES } from "#protocol/channel.ts";
import { type ClientRules, clientRules } from "#protocol/client-frame.ts";
import type { TerminalSize } from "#protocol/resize.ts";
import { encodeEvent, type SessionEvent } from "#protocol/session-event.ts";
import { encodeText } from "#protocol/text.ts";
import type { Grant } from "#server/access/grant.ts";
import type { ChannelSocket } from "#server/stream/types.ts";
import type { OutputHistory } from "./output-history.ts";

/** Without an ack for this long a full window is a stalled page: the process goes on without it. */
export const STALLED_AFTER_MS = 10_000;

/** Whose session it is, who works on it as well, and who only looks on. */
export type ViewerRole = "owner" | "writer" | "viewer";

export function mayWrite(role: ViewerRole): boolean {
  return role !== "viewer";
}

export interface ViewerOptions {
  /** The offset the viewer has output up to. */
  from: number;
  role: ViewerRole;
  /** Of who looks on. */
  grant: Pick<Grant, "onEnd" | "release">;
}

export class Viewer {
  readonly role: ViewerRole;
  /** What it last said of its own screen; null before that. See size-policy.ts for what comes of it. */
  size: TerminalSize | null = null;
  sizeTurn = 0;
  /** Acks and events are spoken; false for a client that offered only v5.channel.k8s.io. */
  readonly acks: boolean;
  /** How its frames are read; a session always has a terminal. */
  readonly rules: ClientRules;
  /** Stalled: the session no longer waits for it. */
  behind = false;
  #sent: number;
  #acked: number;
  #congested = false;
  #lastEcho: Uint8Array | null = null;
  #lastProgress = performance.now();
  #finished = false;

  constructor(
    readonly socket: ChannelSocket,
    private readonly history: OutputHistory,
    { from, role }: ViewerOptions,
  ) {
    this.role = role;
    this.rules = clientRules(socket, true);
    this.acks = this.rules.porthole;
    const held = Math.min(Math.max(from, history.start), history.end);
    this.#sent = held;
    this.#acked = held;
  }

  /** Output that was produced and not yet sent to this viewer. */
  get backlogBytes(): number {
    return this.history.end - this.#sent;
  }

  get sentOffset(): number {
    return this.#sent;
  }

  /** True when all output has been sent. */
  get caughtUp(): boolean {
    return this.#sent === this.history.end;
  }

  /** True when its window has been full, with no ack, for longer than a page may hold a process. */
  stalled(now: number): boolean {
    return this.acks && !this.caughtUp && now - this.#lastProgress > STALLED_AFTER_MS;
  }

  resized(size: TerminalSize, turn: number): void {
    this.size = size;
    this.sizeTurn = turn;
  }

  event(event: SessionEvent): void {
    if (this.acks) this.socket.send(Channel.Event, encodeEvent(event));
  }

  /** A page has one probe under way: of those that meet a full socket the last is answered (threats.md A29). */
  echo(payload: Uint8Array): void {
    if (this.#congested) this.#lastEcho = Uint8Array.from(payload);
    else this.#congested = !this.socket.send(Channel.Echo, payload);
  }

  /** Sends what the window and the socket allow. */
  pump(): void {
    // A stalled page gets nothing until it acks again: each loss would otherwise open a new window.
    if (this.behind) return;
    if (this.#sent < this.history.start) this.#skipLost();
    while (!this.#congested && this.#sent < this.history.end) {
      const room = this.acks ? OUTPUT_WINDOW_BYTES - (this.#sent - this.#acked) : MAX_PAYLOAD_BYTES;
      // A sliver is not worth a message; an ack makes room for more.
      if (room <= 0 || (room < ACK_EVERY_BYTES && this.backlogBytes > room)) return;
      // The history's own memory: the socket copies what it is sent.
      const bytes = this.history.read(this.#sent, Math.min(room, MAX_PAYLOAD_BYTES));
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
    const echo = this.#lastEcho;
    this.#lastEcho = null;
    if (echo) this.echo(echo);
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
    this.socket.send(Channel.Error, encodeText(status));
    this.event(ended);
    this.socket.close({ cause: "exited", words: "the status said it" });
  }

  #skipLost(): void {
    const missed = this.history.start - this.#sent;
    this.#sent = this.history.start;
    this.#acked = this.history.start;
    this.event({ type: "gap", offset: this.history.start, missed });
  }
}
