/** Files that are their owner's alone, in folders that are as well: tokens, and what a person has allowed. */
import { rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "./make-folder.ts";

const OWNER_ONLY = 0o600;
const OWNER_ONLY_DIRECTORY = 0o700;

/**
 * By rename: a process that ends in the middle leaves the file as it was, and an older one, which keeps its rights when it
 * is written to and may be a link, is not written to.
 * @throws the system's error
 */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  const next = `${file}.${process.pid}`;
  await makeFolder(dirname(file), OWNER_ONLY_DIRECTORY);
  // In a container every start has the same process id, also the one that was killed at this line.
  await rm(next, { force: true });
  await writeFile(next, text, { mode: OWNER_ONLY, flag: "wx" });
  await rename(next, file);
}
