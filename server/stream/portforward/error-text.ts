/**
 * The error stream of one subrequest: text from the pod's side, the other way is closed at once. Its end says
 * that the subrequest is over on the server, with or without text (protocol.md 3.1).
 */
import type { Duplex } from "node:stream";

/** containerd's longest message names a sandbox and two addresses, under 1 KiB. */
const MAX_ERROR_TEXT_BYTES = 16 * 1024;

export class ErrorText {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  /** The whole text once the stream is over; empty when nothing went wrong. Never rejects. */
  readonly ended: Promise<string>;

  /** @param onText sees what is kept, as it comes */
  constructor(stream: Duplex, onText?: (text: Buffer) => void) {
    this.ended = new Promise((resolve) => {
      // FIN, RST and a lost connection are all the end of the text.
      const finish = () => resolve(this.text);
      stream.once("end", finish);
      stream.once("close", finish);
    });
    stream.on("error", () => {});
    stream.on("data", (chunk: Buffer) => {
      const kept = this.#collect(chunk);
      if (kept.byteLength > 0) onText?.(kept);
    });
  }

  /** What has come so far. */
  get text(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }

  /** As `ended`, but not for ever: past the limit, what has come is all. */
  endedWithin(limitMs: number): Promise<string> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(this.text), limitMs);
      this.ended.then(resolve).finally(() => clearTimeout(timer));
    });
  }

  /** Past the limit bytes are read and dropped: an unread stream would stall its whole connection. */
  #collect(chunk: Buffer): Buffer {
    const kept = chunk.subarray(0, MAX_ERROR_TEXT_BYTES - this.#bytes);
    this.#bytes += kept.byteLength;
    // A copy: a piece of one byte would keep the whole chunk that it came in.
    if (kept.byteLength > 0) this.#chunks.push(Buffer.from(kept));
    return kept;
  }
}
