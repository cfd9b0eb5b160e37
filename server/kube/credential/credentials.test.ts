import { readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { redact } from "#server/log.ts";
import { fixed } from "../testing/cluster.ts";
import { tempDir } from "../testing/plugin.ts";
import { UserCredential } from "./credentials.ts";
import { WatchedFile } from "./watched-file.ts";

const FIXED_TIME = new Date("2026-01-01T00:00:00Z");

describe("WatchedFile", () => {
  it("reads again when the file changed", async () => {
    const path = join(tempDir(), "token");
    writeFileSync(path, "one");
    const file = new WatchedFile(path, "The token file");
    expect(await file.read()).toBe("one");
    writeFileSync(path, "three");
    expect(await file.read()).toBe("three");
    // Replaced, as Kubernetes does it: same size, same time, another inode.
    writeFileSync(`${path}.new`, "seven");
    utimesSync(path, FIXED_TIME, FIXED_TIME);
    utimesSync(`${path}.new`, FIXED_TIME, FIXED_TIME);
    expect(await file.read()).toBe("three");
    renameSync(`${path}.new`, path);
    expect(await file.read()).toBe("seven");
  });

  it("reads again after a minute although nothing seems changed", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const path = join(tempDir(), "token");
    writeFileSync(path, "one");
    utimesSync(path, FIXED_TIME, FIXED_TIME);
    const file = new WatchedFile(path, "The token file");
    await file.read();
    writeFileSync(path, "two");
    utimesSync(path, FIXED_TIME, FIXED_TIME);
    expect(await file.read()).toBe("one");
    vi.setSystemTime(Date.now() + 60_000);
    expect(await file.read()).toBe("two");
  });

  it("reads again at once when it is told to forget", async () => {
    const path = join(tempDir(), "token");
    writeFileSync(path, "one");
    utimesSync(path, FIXED_TIME, FIXED_TIME);
    const file = new WatchedFile(path, "The token file");
    await file.read();
    writeFileSync(path, "two");
    utimesSync(path, FIXED_TIME, FIXED_TIME);
    file.forget();
    expect(await file.read()).toBe("two");
  });

  it("keeps the last content while the file is gone, and says so when it never was there", async () => {
    const path = join(tempDir(), "token");
    await expect(new WatchedFile(path, "The token file").read()).rejects.toMatchObject({
      code: "CREDENTIAL",
      message: `The token file ${path} does not exist`,
    });
    writeFileSync(path, "one");
    const file = new WatchedFile(path, "The token file");
    await file.read();
    rmSync(path);
    expect(await file.read()).toBe("one");
  });
});

describe("UserCredential", () => {
  it("is nobody without parts", async () => {
    expect(await new UserCredential({}).get()).toEqual({});
  });

  it("sends a token, and keeps it out of logs", async () => {
    const { authorization } = await new UserCredential({ token: "token-of-ann-1" }).get();
    expect(authorization).toBe("Bearer token-of-ann-1");
    expect(redact("line with token-of-ann-1")).not.toContain("token-of-ann-1");
  });

  it("sends user and password, and keeps both forms out of logs", async () => {
    const { authorization } = await new UserCredential({
      basic: { username: "ann", password: "pässword:1" },
    }).get();
    const encoded = Buffer.from("ann:pässword:1").toString("base64");
    expect(authorization).toBe(`Basic ${encoded}`);
    expect(redact(`${encoded} pässword:1`)).toBe("[redacted] [redacted]");
  });

  it("prefers the token file, trimmed, to the token beside it, which bridges its absence", async () => {
    const path = join(tempDir(), "token");
    const credential = new UserCredential({
      token: "beside",
      tokenFile: new WatchedFile(path, "The token file"),
    });
    expect((await credential.get()).authorization).toBe("Bearer beside");
    writeFileSync(path, "from-file\n");
    expect((await credential.get()).authorization).toBe("Bearer from-file");
    expect(readFileSync(path, "utf8")).toBe("from-file\n");
  });

  it.each([
    ["", "is empty"],
    ["two\nlines", "a line break"],
    ["a\u007fb", "control character"],
  ])("refuses the token file %j", async (content, words) => {
    const path = join(tempDir(), "token");
    writeFileSync(path, content);
    const credential = new UserCredential({ tokenFile: new WatchedFile(path, "The token file") });
    await expect(credential.get()).rejects.toMatchObject({
      code: "CREDENTIAL",
      message: expect.stringContaining(words),
    });
  });

  it.each([
    ["a space", "two words", "Bearer two words"],
    ["letters that are not ASCII, as UTF-8", "größe", "Bearer gr\u00c3\u00b6\u00c3\u009fe"],
  ])("sends as kubectl does %s", async (_what, token, header) => {
    expect((await new UserCredential({ token }).get()).authorization).toBe(header);
  });

  it("leaves a plugin alone where the kubeconfig has a certificate", async () => {
    const plugin = { get: () => Promise.reject(new Error("it ran")), invalidate() {}, close() {} };
    const certificate = { cert: fixed("c"), key: fixed("k") };
    const credential = await new UserCredential({ certificate, plugin }).get();
    expect(credential).toEqual({ authorization: undefined, certificate: { cert: "c", key: "k" } });
  });

  it("answers with the same object until something changes", async () => {
    const path = join(tempDir(), "token");
    writeFileSync(path, "one");
    const credential = new UserCredential({ tokenFile: new WatchedFile(path, "The token file") });
    const first = await credential.get();
    expect(await credential.get()).toBe(first);
    writeFileSync(path, "other");
    expect(await credential.get()).not.toBe(first);
  });
});
