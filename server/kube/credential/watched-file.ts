/**
 * A small file whose content may be replaced while Porthole runs: service account tokens, certificates.
 * Looked at when it is asked for, never by a timer; read again when it changed, and at least every minute, because
 * some network file systems keep the old modification time.
 */
import { stat } from "node:fs/promises";
import { readBoundedFile } from "../config/bounded-file.ts";

const REREAD_AFTER_MS = 60_000;
const MAX_FILE_BYTES = 1024 * 1024;

export class WatchedFile {
  #content: string | null = null;
  #stamp = "";
  #readAt = 0;

  /** @param what how a message names the file: `The token file` */
  constructor(
    readonly path: string,
    private readonly what: string,
  ) {}

  /**
   * The content now. When the file is gone or unreadable for a moment, what was read last.
   * @throws KubeError CREDENTIAL when it was never readable
   */
  async read(): Promise<string> {
    try {
      const stamp = await stampOf(this.path);
      if (this.#content !== null && stamp === this.#stamp && Date.now() - this.#readAt < REREAD_AFTER_MS) {
        return this.#content;
      }
      const limits = { what: this.what, maxBytes: MAX_FILE_BYTES, code: "CREDENTIAL" } as const;
      this.#content = await readBoundedFile(this.path, limits);
      this.#stamp = stamp;
      this.#readAt = Date.now();
      return this.#content;
    } catch (error) {
      if (this.#content !== null) return this.#content;
      throw error;
    }
  }

  /** The next read() goes to the disk. */
  forget(): void {
    this.#stamp = "";
  }
}

/** Kubernetes swaps mounted secrets by symbolic link: the inode changes even when size and time do not. */
async function stampOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path).catch(() => ({ mtimeMs: 0, size: 0, ino: 0 }));
  return `${mtimeMs}:${size}:${ino}`;
}
