/**
 * What goes from this page to the pod: typed bytes and the terminal's size. Both outlive a socket: bytes wait for the
 * next one, within a limit, and every new socket is told the size.
 */
import type { TerminalSize } from "#protocol/resize.ts";
import { isTerminalReport, KeptInput } from "./kept-input.ts";
import { inputRoute, type SessionState } from "./terminal-session-state.ts";
import type { TerminalSocket } from "./terminal-socket.ts";

/** Too large: the queue of the socket cannot take it. Away: more than is kept without a connection. */
export type InputRefusal = "away" | "too-large";

export class SessionInput {
  readonly #kept = new KeptInput();
  #socket: TerminalSocket | null = null;
  #size: TerminalSize | null = null;
  #sizeSent: TerminalSize | null = null;
  #outputSeen = false;
  #sentBytes = 0;

  get keptBytes(): number {
    return this.#kept.byteLength;
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Null until the terminal has been visible once. */
  get size(): TerminalSize | null {
    return this.#size;
  }

  /**
   * @param data what xterm reports: typed or pasted text, or a report of the terminal itself
   * @returns why it was not taken; null when it was, or when nobody can want it any more
   */
  input(data: string, bytes: Uint8Array, state: SessionState): InputRefusal | null {
    const route = inputRoute(state);
    if (route === "send") return this.#send(bytes) ? null : "too-large";
    // A report of focus, mouse or cursor is about a moment that will have passed.
    if (route === "refuse" || isTerminalReport(data)) return null;
    return this.#kept.keep(bytes) ? null : "away";
  }

  resize(size: TerminalSize): void {
    this.#size = size;
    if (this.#sizeSent?.width === size.width && this.#sizeSent.height === size.height) return;
    this.#sendSize(size);
  }

  /** @param repaint the screen is empty: a program that owns it paints it again when its size changes, and only then */
  attached(socket: TerminalSocket, repaint: boolean): void {
    this.#socket = socket;
    this.#outputSeen = false;
    if (this.#size && repaint) this.#sendSize({ ...this.#size, height: this.#size.height - 1 });
    if (this.#size) this.#sendSize(this.#size);
    for (const bytes of this.#kept.take()) this.#send(bytes);
  }

  /** Several runtimes lose a size that comes before the process has its terminal; the first output proves it has. */
  outputSeen(): void {
    if (this.#outputSeen) return;
    this.#outputSeen = true;
    if (this.#size) this.#sendSize(this.#size);
  }

  detached(): void {
    this.#socket = null;
  }

  /** Gives up on what is kept. @returns how many bytes that were */
  drop(): number {
    const dropped = this.#kept.byteLength;
    this.#kept.take();
    return dropped;
  }

  #send(bytes: Uint8Array): boolean {
    if (!this.#socket?.sendInput(bytes)) return false;
    this.#sentBytes += bytes.byteLength;
    return true;
  }

  #sendSize(size: TerminalSize): void {
    if (!this.#socket) return;
    this.#sizeSent = size;
    this.#socket.sendResize(size);
  }
}
