import { renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { tempDir } from "../testing/plugin.ts";
import { ADDED_SETTLE_MS, CHANGED_SETTLE_MS, KubeconfigFile, MAX_UNSETTLED_MS } from "./kubeconfig-file.ts";

const entry = (name: string, token = "t") => ({
  clusters: `- {name: ${name}, cluster: {server: "https://${name}"}}\n`,
  contexts: `- {name: ${name}, context: {cluster: ${name}, user: ${name}}}\n`,
  users: `- {name: ${name}, user: {token: ${token}}}\n`,
});
/** In kubectl's order, so half of it has contexts without users. */
function text(...entries: ReturnType<typeof entry>[]): string {
  const list = (key: "clusters" | "contexts" | "users") =>
    `${key}:\n${entries.map((one) => one[key]).join("")}`;
  return `apiVersion: v1\n${list("clusters")}${list("contexts")}kind: Config\n${list("users")}`;
}

let path: string;
let clock: number;
let file: KubeconfigFile;
const contexts = () => [...(file.config?.contexts.keys() ?? [])];
async function lookAfter(ms: number): Promise<boolean> {
  clock += ms;
  return file.look();
}

beforeEach(async () => {
  path = join(tempDir(), "config");
  clock = Date.now();
  writeFileSync(path, text(entry("a"), entry("b")));
  file = new KubeconfigFile(path, false, () => clock);
  await file.open();
});

describe("a kubeconfig file that is rewritten", () => {
  it("counts soon when it only has more than before, and later when something is different", async () => {
    writeFileSync(path, text(entry("a"), entry("b"), entry("c")));
    expect(await lookAfter(0)).toBe(false);
    expect(await lookAfter(ADDED_SETTLE_MS)).toBe(true);
    expect(contexts()).toEqual(["a", "b", "c"]);

    writeFileSync(path, text(entry("a", "rotated"), entry("b"), entry("c")));
    await lookAfter(0);
    expect(await lookAfter(ADDED_SETTLE_MS)).toBe(false);
    expect(file.config?.users.get("a")?.value?.token).toBe("t");
    expect(await lookAfter(CHANGED_SETTLE_MS)).toBe(true);
    expect(file.config?.users.get("a")?.value?.token).toBe("rotated");
  });

  it("loses no context while it is written piece by piece, whatever the pieces are", async () => {
    const whole = text(entry("a"), entry("b", "rotated"), entry("c"));
    for (let length = 0; length < whole.length; length += 7) {
      writeFileSync(path, whole.slice(0, length));
      await lookAfter(0);
      await lookAfter(ADDED_SETTLE_MS);
      expect(file.config?.users.get("a")?.value?.token).toBe("t");
      expect(contexts()).toEqual(["a", "b"]);
      // Never longer than a writer may take before it is believed.
      if (length % 105 === 0) {
        writeFileSync(path, text(entry("a"), entry("b")));
        await lookAfter(0);
      }
    }
    writeFileSync(path, whole);
    await lookAfter(0);
    expect(await lookAfter(CHANGED_SETTLE_MS)).toBe(true);
    expect(contexts()).toEqual(["a", "b", "c"]);
  });

  it("stays as it was while it is empty or broken, and says since when", async () => {
    for (const broken of ["", "  \n", "a: [", "kind: Pod"]) {
      const since = clock;
      writeFileSync(path, broken);
      await lookAfter(0);
      expect(file.unread).toBeUndefined();
      expect(await lookAfter(60_000)).toBe(false);
      expect(contexts()).toEqual(["a", "b"]);
      expect(file.unread).toEqual({ since, problem: expect.stringContaining(path) });
      expect(file.lookAgainInMs).toBeNull();
      writeFileSync(path, text(entry("a"), entry("b")));
      expect(await lookAfter(0)).toBe(false);
      expect(file.unread).toBeUndefined();
    }
  });

  it("is told apart from another of the same size in the same moment", async () => {
    await lookAfter(0);
    writeFileSync(path, text(entry("a"), entry("b", "u")));
    await lookAfter(0);
    expect(await lookAfter(CHANGED_SETTLE_MS)).toBe(true);
    expect(file.config?.users.get("b")?.value?.token).toBe("u");
  });

  it("is told apart from another of the same size and time that a link leads to", async () => {
    const at = new Date(clock - 60_000);
    for (const name of ["b", "c"]) {
      writeFileSync(`${path}.${name}`, text(entry("a"), entry(name)));
      utimesSync(`${path}.${name}`, at, at);
    }
    rmSync(path);
    symlinkSync(`${path}.b`, path);
    await lookAfter(0);
    rmSync(path);
    symlinkSync(`${path}.c`, path);
    await lookAfter(0);
    await lookAfter(CHANGED_SETTLE_MS);
    expect(contexts()).toEqual(["a", "c"]);
  });

  it("loses its contexts when it is gone for good, and not while it is deleted and written again", async () => {
    rmSync(path);
    await lookAfter(0);
    await lookAfter(CHANGED_SETTLE_MS / 2);
    expect(contexts()).toEqual(["a", "b"]);
    writeFileSync(`${path}.new`, text(entry("a"), entry("b")));
    renameSync(`${path}.new`, path);
    expect(await lookAfter(CHANGED_SETTLE_MS)).toBe(false);
    rmSync(path);
    await lookAfter(0);
    expect(await lookAfter(CHANGED_SETTLE_MS)).toBe(true);
    expect(file.config).toBeNull();
    writeFileSync(path, text(entry("z")));
    await lookAfter(0);
    expect(await lookAfter(ADDED_SETTLE_MS)).toBe(true);
    expect(contexts()).toEqual(["z"]);
  });

  it("counts at once when somebody says so, if it can be read", async () => {
    writeFileSync(path, text(entry("b")));
    expect(await file.look(true)).toBe(true);
    expect(contexts()).toEqual(["b"]);
    writeFileSync(path, "");
    expect(await file.look(true)).toBe(false);
    expect(contexts()).toEqual(["b"]);
  });

  it("counts in the end when it never rests, unless a name in it is gone", async () => {
    for (let at = 0, round = 0; at < MAX_UNSETTLED_MS; at += 500, round += 1) {
      writeFileSync(path, text(entry("a", `r${round}`)));
      expect(await lookAfter(500)).toBe(false);
    }
    expect(contexts()).toEqual(["a", "b"]);
    writeFileSync(path, text(entry("a", "last"), entry("b"), entry("c")));
    expect(await lookAfter(500)).toBe(true);
    expect(contexts()).toEqual(["a", "b", "c"]);
  });
});
