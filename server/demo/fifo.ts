/**
 * Real pipes for a child's standard streams. Node gives children socket pairs instead, and a program cannot
 * reopen those: `echo text > /dev/stderr` fails in such a child with "No such device or address".
 */
import { execFile } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findOnPath } from "./container-sandbox";

export interface Fifo {
  readFd: number;
  writeFd: number;
}

/** Rejects when the system cannot make them. @param directory where their names are, for a moment */
export async function createFifos(directory: string, count: number): Promise<Fifo[]> {
  const mkfifo = findOnPath("mkfifo");
  if (!mkfifo) throw new Error("there is no mkfifo on this system");
  const folder = mkdtempSync(join(directory, "pipe-"));
  const opened: Fifo[] = [];
  try {
    const names = Array.from({ length: count }, (_, index) => join(folder, String(index)));
    await promisify(execFile)(mkfifo, ["-m", "600", ...names]);
    for (const name of names) {
      // Without O_NONBLOCK either open would wait for the other; libuv makes a child's end block again.
      const readFd = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
      opened.push({ readFd, writeFd: openSync(name, constants.O_WRONLY | constants.O_NONBLOCK) });
    }
    return opened;
  } catch (error) {
    for (const fifo of opened) closeFifo(fifo);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function closeFifo(fifo: Fifo): void {
  closeSync(fifo.readFd);
  closeSync(fifo.writeFd);
}
