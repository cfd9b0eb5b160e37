import { execFileSync } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FileError, type FileErrorCode, readBounded } from "./bounded-file.ts";

const MAX_BYTES = 1_000;
const SOON_MS = 5_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "porthole-files-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function pipe(name: string): string {
  const path = join(folder, name);
  execFileSync("mkfifo", [path]);
  return path;
}

async function codeOf(path: string): Promise<FileErrorCode> {
  const began = performance.now();
  const error = await readBounded(path, MAX_BYTES).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FileError);
  expect(performance.now() - began).toBeLessThan(SOON_MS);
  return (error as FileError).code;
}

it("reads a file up to its limit, and says what is wrong with any other", async () => {
  const file = join(folder, "file");
  writeFileSync(file, Buffer.alloc(MAX_BYTES, 7));
  expect(await readBounded(file, MAX_BYTES)).toEqual(Buffer.alloc(MAX_BYTES, 7));
  writeFileSync(file, Buffer.alloc(MAX_BYTES + 1));
  expect(await codeOf(file)).toBe("TOO_LARGE");
  expect(await codeOf(join(folder, "nothing"))).toBe("MISSING");
  expect(await codeOf(join(file, "below-a-file"))).toBe("MISSING");
  expect(await codeOf(folder)).toBe("DIRECTORY");
  expect(await codeOf("a\0b")).toBe("UNREADABLE");
});

it("gives up on a device without an end, and on a pipe that nobody writes to", async () => {
  expect(await codeOf("/dev/zero")).toBe("TOO_LARGE");
  expect(await codeOf(pipe("silent"))).toBe("TOO_SLOW");
  expect(await readBounded("/dev/null", MAX_BYTES)).toHaveLength(0);
});

it("waits for whoever writes into a pipe, also when they come late and in pieces", async () => {
  const path = pipe("slow");
  const read = readBounded(path, MAX_BYTES);
  const writer = createWriteStream(path);
  for (const piece of ["one ", "two ", "three"]) {
    await new Promise((resolve) => writer.write(piece, () => setTimeout(resolve, 30)));
  }
  writer.end();
  expect((await read).toString()).toBe("one two three");
});

it("gives up on a pipe whose writer neither writes nor leaves", async () => {
  const path = pipe("held");
  const code = codeOf(path);
  const writer = createWriteStream(path);
  writer.write("begun");
  expect(await code).toBe("TOO_SLOW");
  writer.destroy();
});
