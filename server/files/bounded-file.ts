/**
 * Reads a small file whole: never more than its limit, never for ever, whatever stands behind the name. A pipe may have no
 * writer (`mkfifo`), a device no end (`/dev/zero`), and an ordinary open or read of those waits without a limit, which no
 * signal of ours would end: it holds a thread. So everything is opened without waiting, and looked at again for a while.
 */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** `--kubeconfig <(command)`: what the command takes, and a person who waits for the start accepts. */
const READ_LIMIT_MS = 2_500;
const POLL_PERIOD_MS = 10;
const CHUNK_BYTES = 64 * 1024;
/** Windows has no such flag, and no such files. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export type FileErrorCode = "MISSING" | "DENIED" | "DIRECTORY" | "TOO_LARGE" | "TOO_SLOW" | "UNREADABLE";

/** The message is the rest of a sentence that begins with the file's name. The cause is the system's error, if there is one. */
export class FileError extends Error {
  override readonly name = "FileError";
  constructor(
    readonly code: FileErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** @throws FileError */
export async function readBounded(path: string, maxBytes: number): Promise<Buffer> {
  try {
    const handle = await open(path, OPEN_FLAGS);
    try {
      return await readWhole(handle, maxBytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof FileError ? error : fileErrorOf(error);
  }
}

export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === "ENOENT" || code === "ENOTDIR";
}

async function readWhole(handle: FileHandle, maxBytes: number): Promise<Buffer> {
  const deadline = performance.now() + READ_LIMIT_MS;
  const isPipe = (await handle.stat()).isFIFO();
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const chunk = await readSome(handle);
    // A pipe that nobody writes to yet ends at once as well.
    const mayCome = chunk === null || (chunk.byteLength === 0 && isPipe && size === 0);
    if (!mayCome && chunk.byteLength === 0) return Buffer.concat(chunks);
    size += chunk?.byteLength ?? 0;
    if (size > maxBytes) throw new FileError("TOO_LARGE", `is larger than ${maxBytes} bytes`);
    if (performance.now() > deadline) {
      throw new FileError(
        "TOO_SLOW",
        `has not come to its end within ${READ_LIMIT_MS / 1_000} s: write it to a file first`,
      );
    }
    if (mayCome) await sleep(POLL_PERIOD_MS);
    else chunks.push(chunk);
  }
}

/** Null: there is nothing at the moment, and somebody who may still write. */
async function readSome(handle: FileHandle): Promise<Buffer | null> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  try {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, null);
    return chunk.subarray(0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return null;
    throw error;
  }
}

function fileErrorOf(cause: unknown): FileError {
  const { code } = cause as NodeJS.ErrnoException;
  if (isMissing(cause)) return new FileError("MISSING", "does not exist", { cause });
  if (code === "EACCES" || code === "EPERM")
    return new FileError("DENIED", "may not be read by this user", { cause });
  if (code === "EISDIR") return new FileError("DIRECTORY", "is a directory", { cause });
  return new FileError("UNREADABLE", `cannot be read (${code ?? "unknown error"})`, { cause });
}
