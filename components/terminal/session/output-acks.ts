/**
 * Counts the session's output twice, as it is received and as xterm has parsed it, and tells the server the second
 * number. Both are offsets since the session began, in the unit of protocol/ack.ts, so a reconnect keeps counting.
 */
import { ACK_EVERY_BYTES } from "#protocol/ack.ts";

/** How long a rest smaller than ACK_EVERY_BYTES waits for company: keystroke echoes then share one ack. */
export const ACK_IDLE_MS = 100;

export class OutputAcks {
  #received = 0;
  #parsed = 0;
  #acked = 0;
  #idleTimer: ReturnType<typeof setTimeout> | null = null;
  readonly #send: (offset: number) => void;

  /** @param send takes the parsed offset; it may drop it while there is no connection */
  constructor(send: (offset: number) => void) {
    this.#send = send;
  }

  /** Where the next output byte belongs; what a re-attach asks to continue from. */
  get received(): number {
    return this.#received;
  }

  get parsed(): number {
    return this.#parsed;
  }

  /** Bytes handed to xterm that it has not parsed yet. */
  get backlog(): number {
    return this.#received - this.#parsed;
  }

  addReceived(bytes: number): void {
    this.#received += bytes;
  }

  addParsed(bytes: number): void {
    this.#parsed += bytes;
    if (this.#parsed - this.#acked >= ACK_EVERY_BYTES) this.#flush();
    else if (this.backlog === 0 && this.#idleTimer === null) {
      this.#idleTimer = setTimeout(() => this.#flush(), ACK_IDLE_MS);
    }
  }

  /** Bytes that are gone for good: nobody will parse them, so they count as both. */
  skip(bytes: number): void {
    this.#received += bytes;
    this.#parsed += bytes;
  }

  dispose(): void {
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer);
    this.#idleTimer = null;
  }

  #flush(): void {
    this.dispose();
    if (this.#parsed === this.#acked) return;
    this.#acked = this.#parsed;
    this.#send(this.#parsed);
  }
}
