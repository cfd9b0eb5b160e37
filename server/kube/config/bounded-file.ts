/** Reads a small file of a kubeconfig, and says in words which file it was that cannot be read. */
import { FileError, readBounded } from "#server/files/bounded-file.ts";
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
  try {
    return await readBounded(file, limits.maxBytes);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new KubeError(limits.code, `${limits.what} ${file} ${error.message}`, { cause: error.cause });
  }
}
