/**
 * Asks the server for an echo every few seconds: the answers are the round-trip time, and their absence is how a page
 * learns that its network is gone. The browser itself may take minutes to notice that.
 */
import { decodeAck, encodeAck } from "#protocol/ack.ts";

export const ECHO_EVERY_MS = 5_000;
/** The page is busy drawing at first, and would measure itself. */
export const FIRST_ECHO_MS = 500;
/** Nothing heard for this long after a question: the connection is dead. More than one lost packet's retransmission. */
export const SILENCE_LIMIT_MS = 12_000;
/** The same after a wake-up, when a dead connection is the likely case and a person is waiting. */
export const URGENT_LIMIT_MS = 3_000;

export interface EchoProbeOptions {
  /** @param payload 8 bytes that the server returns unchanged */
  send(payload: Uint8Array): void;
  onRoundTrip(ms: number): void;
  onSilence(): void;
}

export class EchoProbe {
  readonly #options: EchoProbeOptions;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #silenceTimer: ReturnType<typeof setTimeout> | null = null;
  #sequence = 0;
  #sentAt: number | null = null;

  constructor(options: EchoProbeOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => this.#tick(), FIRST_ECHO_MS);
  }

  urgent(): void {
    if (this.#timer === null) return;
    this.#stopSilenceTimer();
    this.#ask(URGENT_LIMIT_MS);
  }

  /** Any message proves the connection, so a long download is no silence. */
  heard(): void {
    this.#stopSilenceTimer();
  }

  answered(payload: Uint8Array): void {
    if (this.#sentAt === null || decodeAck(payload) !== this.#sequence) return;
    this.#options.onRoundTrip(performance.now() - this.#sentAt);
    this.#sentAt = null;
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#stopSilenceTimer();
  }

  #tick(): void {
    this.#timer = setTimeout(() => this.#tick(), ECHO_EVERY_MS);
    this.#ask(SILENCE_LIMIT_MS);
  }

  #ask(limitMs: number): void {
    this.#sequence += 1;
    this.#sentAt = performance.now();
    this.#options.send(encodeAck(this.#sequence));
    this.#silenceTimer ??= setTimeout(() => this.#options.onSilence(), limitMs);
  }

  #stopSilenceTimer(): void {
    if (this.#silenceTimer !== null) clearTimeout(this.#silenceTimer);
    this.#silenceTimer = null;
  }
}
