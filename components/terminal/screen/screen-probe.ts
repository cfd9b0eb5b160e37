/**
 * A test hook: what a screen shows, read from the element that holds it (`element.porthole`), because a canvas has no
 * text. Read-only and not enumerable; nothing in the page uses it.
 */
import type { Terminal } from "@xterm/xterm";
import { bufferText } from "./transcript.ts";

export interface ScreenProbe {
  /** Scrollback and screen, wrapped lines joined. */
  text(): string;
  readonly cols: number;
  readonly rows: number;
  /** Output bytes since the session began that this page has. */
  readonly bytesReceived: number;
}

export function exposeProbe(element: HTMLElement, terminal: Terminal, bytesReceived: () => number): void {
  const probe: ScreenProbe = {
    text: () => bufferText(terminal),
    get cols() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    get bytesReceived() {
      return bytesReceived();
    },
  };
  Object.defineProperty(element, "porthole", { value: probe, configurable: true });
}
