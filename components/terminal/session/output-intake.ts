/**
 * Takes a session's output from socket after socket and gives it to the screen exactly once, in order. It knows by
 * byte offset what is a repetition, what is lost, what is a replay, and when the page has caught up.
 */
import type { SessionEvent } from "#protocol/session-event.ts";
import { OutputAcks } from "./output-acks.ts";
import { OutputSkim, type SkimResult } from "./output-skim.ts";

/** Less than this to catch up with is drawn before anyone could read that it is behind. */
export const CATCH_UP_BYTES = 64 * 1024;
/** The server keeps to a window of 256 KiB; xterm throws data away from 50 MB on. Whatever is between is a fault. */
export const MAX_BACKLOG_BYTES = 8 * 1024 * 1024;

/** So much undrawn output at a Ctrl-C is a flood; less is drawn before the key is up again. */
export const FLOOD_BYTES = 64 * 1024;
/** After skipped output: whatever sequence it was in ends (CAN), colours are as at first (SGR 0), a line begins. */
const RESUME_DRAWING = Uint8Array.of(0x18, 0x1b, 0x5b, 0x6d, 0x0d, 0x0a);

export type AttachedEvent = Extract<SessionEvent, { type: "attached" }>;

export interface OutputScreen {
  /** False when a program paints the whole screen: parts of that make no sense. */
  readonly scrolls: boolean;
  /** Draws raw bytes; `parsed` is called once they are, in the order of the writes. */
  write(bytes: Uint8Array, parsed: () => void): void;
  /** Empties the screen, in order with the writes before and after it. */
  reset(): void;
  /**
   * While muted, the terminal's own answers to queries in the output go nowhere. In a replay they were given once
   * already, by the page that saw the output first; the shell would take a second answer for typing.
   */
  muteReplies(mute: boolean): void;
}

export interface OutputIntakeOptions {
  screen: OutputScreen;
  sendAck(offset: number): void;
  /** What was there at the attach is drawn. */
  onCaughtUp(): void;
  /** So much of a flood was not drawn, after it was interrupted. */
  onSkipped(bytes: number): void;
}

export interface AttachResult {
  /** Bytes that no longer exist anywhere. */
  lost: number;
  /** Bytes that will be sent again or late. */
  replayed: number;
  catchingUp: boolean;
}

export class OutputIntake {
  readonly #options: OutputIntakeOptions;
  readonly #acks: OutputAcks;
  #repeated = 0;
  #replayEnd: number | null = null;
  #catchUpEnd: number | null = null;
  #skim: OutputSkim | null = null;

  constructor(options: OutputIntakeOptions) {
    this.#options = options;
    this.#acks = new OutputAcks(options.sendAck);
  }

  /** How much output this page has, parsed or not. */
  get received(): number {
    return this.#acks.received;
  }

  get overflowing(): boolean {
    return this.#acks.backlog > MAX_BACKLOG_BYTES;
  }

  /** @param seenBefore another page drew this output already, so its queries are answered */
  attach(event: AttachedEvent, seenBefore: boolean): AttachResult {
    this.#repeated = Math.max(0, this.received - event.offset);
    const lost = this.jump(event.offset);
    const { written } = event;
    const ahead = Math.max(0, written - this.received);
    if (seenBefore && ahead > 0) this.#muteReplay(written);
    const catchingUp = ahead > CATCH_UP_BYTES;
    this.#catchUpEnd = catchingUp ? written : null;
    return { lost, replayed: ahead, catchingUp };
  }

  /** What is between here and `offset` will never come. @returns how many bytes that are */
  jump(offset: number): number {
    this.#skim?.finish();
    const lost = Math.max(0, offset - this.received);
    if (lost === 0) return 0;
    this.#acks.skip(lost);
    this.#options.screen.reset();
    return lost;
  }

  output(bytes: Uint8Array): void {
    const repeated = Math.min(this.#repeated, bytes.byteLength);
    this.#repeated -= repeated;
    const fresh = bytes.subarray(repeated);
    // Split at the end of the replay: the first query after it is a new one and wants its answer.
    const replayRest = this.#replayEnd === null ? 0 : Math.max(0, this.#replayEnd - this.received);
    const cut = Math.min(replayRest, fresh.byteLength);
    if (cut > 0) this.#write(fresh.subarray(0, cut));
    if (cut < fresh.byteLength) this.#write(fresh.subarray(cut));
  }

  /** Ctrl-C was pressed: a flood that is under way is not drawn to its end. */
  interrupted(): void {
    if (this.#acks.backlog < FLOOD_BYTES || !this.#options.screen.scrolls) return;
    this.#skim ??= new OutputSkim((result) => this.#resumeDrawing(result));
  }

  dispose(): void {
    this.#skim?.dispose();
    this.#acks.dispose();
  }

  #write(bytes: Uint8Array): void {
    this.#acks.addReceived(bytes.byteLength);
    if (this.#skim) {
      this.#skim.take(bytes);
      this.#drawn(bytes.byteLength);
      return;
    }
    this.#options.screen.write(bytes, () => this.#drawn(bytes.byteLength));
  }

  #drawn(bytes: number): void {
    this.#acks.addParsed(bytes);
    if (this.#replayEnd !== null && this.#acks.parsed >= this.#replayEnd) {
      this.#replayEnd = null;
      this.#options.screen.muteReplies(false);
    }
    if (this.#catchUpEnd !== null && this.#acks.parsed >= this.#catchUpEnd) {
      this.#catchUpEnd = null;
      this.#options.onCaughtUp();
    }
  }

  #resumeDrawing({ tail, dropped }: SkimResult): void {
    this.#skim = null;
    if (dropped > 0) this.#options.screen.write(RESUME_DRAWING, () => {});
    this.#options.screen.write(tail, () => {});
    if (dropped > 0) this.#options.onSkipped(dropped);
  }

  #muteReplay(written: number): void {
    this.#options.screen.muteReplies(true);
    this.#replayEnd = written;
  }
}
