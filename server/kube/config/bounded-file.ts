/** Reads a small file whole, never more than its limit, and says in words why it cannot be read. */
import { open } from "node:fs/promises";
import { KubeError, type KubeErrorCode } from "../errors.ts";

export interface FileLimits {
  /** How a message names the file: `The token file`. */
  what: string;
  maxBytes: number;
  /** The code of every error. */
  code: KubeErrorCode;
}

/** @throws KubeError whose cause is the system's error */
export async function readBoundedFile(file: string, limits: FileLimits): Promise<string> {
  return (await readBoundedBytes(file, limits)).toString("utf8");
}

/** The same for a file whose encoding is not known yet. */
export async function readBoundedBytes(file: string, limits: FileLimits): Promise<Buffer> {
  const { what, maxBytes, code } = limits;
  try {
    const handle = await open(file, "r");
    try {
      // Up to the cap whatever stat says: the file may be a pipe (`--kubeconfig <(command)`).
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of handle.createReadStream({ autoClose: false })) {
        size += chunk.byteLength;
        if (size > maxBytes) throw new KubeError(code, `${what} ${file} is larger than ${maxBytes} bytes`);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof KubeError) throw error;
    throw new KubeError(code, `${what} ${file} ${reasonOf(error)}`, { cause: error });
  }
}

export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === "ENOENT" || code === "ENOTDIR";
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (isMissing(error)) return "does not exist";
  if (code === "EACCES" || code === "EPERM") return "may not be read by this user";
  if (code === "EISDIR") return "is a directory";
  return `cannot be read (${code ?? "unknown error"})`;
}
