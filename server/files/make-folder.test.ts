import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeFolder } from "./make-folder.ts";

const OWNER_ONLY = 0o700;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "porthole-files-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

it("makes what is missing of a path, for its owner alone, and lets what is there be", async () => {
  const deep = join(folder, "a", "b", "c");
  await makeFolder(deep, OWNER_ONLY);
  await makeFolder(deep, OWNER_ONLY);
  for (const made of [join(folder, "a"), deep]) expect(statSync(made).mode & 0o777).toBe(OWNER_ONLY);
});

it("fails where none can be made", async () => {
  writeFileSync(join(folder, "file"), "");
  await expect(makeFolder(join(folder, "file", "below"), OWNER_ONLY)).rejects.toMatchObject({
    code: "ENOTDIR",
  });
});

// Such a folder says ENOENT to every attempt, also when the one above it is there.
it.skipIf(!existsSync("/proc/self"))("does not try for ever", async () => {
  for (const path of ["/proc/nothing", "/proc/nothing/below/it"])
    await expect(makeFolder(path, OWNER_ONLY)).rejects.toMatchObject({ code: "ENOENT" });
});
