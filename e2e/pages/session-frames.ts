/** The frames of the page's terminal sessions, as they went over its WebSockets. */
import type { Page } from "@playwright/test";

const STDOUT = 1;
const RESIZE = 4;

export class SessionFrames {
  /** Output payloads in order, the channel byte cut off. */
  readonly output: Buffer[] = [];
  readonly #resizes: string[] = [];

  /** Watches from now on; begin before the terminal opens. */
  constructor(page: Page) {
    page.on("websocket", (socket) => {
      if (!/\/api\/sessions\/[^/]+\/stream$/.test(new URL(socket.url()).pathname)) return;
      socket.on("framereceived", ({ payload }) => {
        if (typeof payload !== "string" && payload[0] === STDOUT) this.output.push(payload.subarray(1));
      });
      socket.on("framesent", ({ payload }) => {
        if (typeof payload !== "string" && payload[0] === RESIZE)
          this.#resizes.push(payload.subarray(1).toString());
      });
    });
  }

  bytes(): Buffer {
    return Buffer.concat(this.output);
  }

  /** The last size the page told, as `stty size` prints it: rows, then columns. */
  lastSize(): string | null {
    const last = this.#resizes.at(-1);
    if (last === undefined) return null;
    const { Width, Height } = JSON.parse(last) as { Width: number; Height: number };
    return `${Height} ${Width}`;
  }
}
