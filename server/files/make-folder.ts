/** Makes a folder and those above it. `mkdir` with `recursive` tries for ever where one cannot be made and says ENOENT (/proc). */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/** @throws the system's error */
export async function makeFolder(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // What is there may be no folder; then what is put into it fails.
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path), mode);
    await mkdir(path, mode);
  }
}
