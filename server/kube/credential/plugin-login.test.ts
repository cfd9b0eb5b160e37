import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { tempDir, V1, writePlugin } from "../testing/plugin.ts";
import { ExecPlugin, PLUGIN_LIMITS } from "./exec-plugin.ts";
import { OPEN_GATE } from "./plugin-gate.ts";
import type { ExecPluginConfig } from "./plugin-program.ts";

const LOGIN_LIMIT_MS = 3_000;
const NEVER = new AbortController().signal;

function pluginFor(
  body: string,
  extra: Partial<ExecPluginConfig> = {},
  unwatchedMs = PLUGIN_LIMITS.timeLimitMs,
) {
  const { command, runs } = writePlugin(tempDir(), body);
  const plugin = new ExecPlugin(
    { command, args: [], env: [], apiVersion: V1, ...extra },
    { PATH: process.env.PATH },
    { ...PLUGIN_LIMITS, timeLimitMs: unwatchedMs },
    { gate: OPEN_GATE, loginLimitMs: LOGIN_LIMIT_MS },
  );
  onTestFinished(() => plugin.close());
  return { plugin, runs };
}

function fakeClock(): void {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
}

const failing = `process.stderr.write("not logged in\\n", () => process.exit(1))`;

describe("a login", () => {
  it("shows what the plugin says while it runs, also the line it has not ended", async () => {
    const { plugin } = pluginFor(
      `process.stderr.write("\\x1b[1mOpen https://login.example/device\\x1b[0m\\rOpen https://login.example/device\\nCode: ABCD");
      setTimeout(() => answer({ token: "t" }), 60_000)`,
    );
    void plugin.get().catch(() => {});
    await vi.waitFor(() => expect(plugin.info().lines).toHaveLength(2));
    expect(plugin.info()).toMatchObject({
      state: "running",
      waiting: 1,
      lines: ["Open https://login.example/device", "Code: ABCD"],
    });
    expect(plugin.info().until).toBeGreaterThan(Date.now());
  });

  it("wakes who waits for news", async () => {
    const { plugin } = pluginFor(`process.stderr.write("hello\\n"); setInterval(() => {}, 1000)`);
    const { version } = plugin.info();
    const news = plugin.next(version, NEVER);
    void plugin.get().catch(() => {});
    await news;
    expect(plugin.info().version).toBeGreaterThan(version);
    await plugin.next(plugin.info().version, AbortSignal.timeout(1));
  });

  it("has the person's time while somebody looks on, and not a second longer", async () => {
    const { plugin } = pluginFor(`setInterval(() => {}, 1000)`, {}, 300);
    const started = Date.now();
    plugin.info();
    await expect(plugin.get()).rejects.toThrow("was stopped after 3 seconds without an answer");
    expect(Date.now() - started).toBeGreaterThanOrEqual(LOGIN_LIMIT_MS - 50);
  });

  it("is stopped sooner when nobody looks on", async () => {
    const { plugin } = pluginFor(`setInterval(() => {}, 1000)`, {}, 300);
    const started = Date.now();
    await expect(plugin.get()).rejects.toThrow("without an answer");
    expect(Date.now() - started).toBeLessThan(LOGIN_LIMIT_MS);
  });

  it("is cancelled by a person, and then does not begin again by itself", async () => {
    const { plugin, runs } = pluginFor(`setInterval(() => {}, 1000)`);
    const login = plugin.get();
    login.catch(() => {});
    await vi.waitFor(() => expect(runs()).toBe(1));
    await plugin.act("cancel", undefined);
    await expect(login).rejects.toThrow("was cancelled");
    await expect(plugin.get()).rejects.toThrow("was cancelled");
    expect(plugin.info()).toMatchObject({ state: "failed", waiting: 0 });
    expect(runs()).toBe(1);
  });

  it("that fails runs with growing pauses, however often a page asks", async () => {
    fakeClock();
    const { plugin, runs } = pluginFor(failing);
    const runsWithin = async (seconds: number) => {
      const before = runs();
      for (let second = 0; second < seconds; second += 1) {
        await plugin.get().catch(() => {});
        vi.setSystemTime(Date.now() + 1_000);
      }
      return runs() - before;
    };
    expect(await runsWithin(45)).toBe(2);
    expect(await runsWithin(50)).toBe(1);
    expect(await runsWithin(30 * 60)).toBeLessThan(9);
  });

  it("that fails says why at once to everybody, and when it runs again", async () => {
    const { plugin } = pluginFor(failing);
    await expect(plugin.get()).rejects.toThrow("not logged in");
    await expect(plugin.get()).rejects.toThrow(
      /not logged in[\s\S]*not run again by itself for (29|30) seconds/,
    );
    expect(plugin.info().retryAt).toBeGreaterThan(Date.now());
  });

  it("runs once for each wish of a person", async () => {
    const { plugin, runs } = pluginFor(failing);
    for (const wish of [1, 2, 3]) {
      await plugin.act("retry", undefined);
      await vi.waitFor(() => expect(plugin.info()).toMatchObject({ state: "failed" }));
      await plugin.get().catch(() => {});
      expect(runs()).toBe(wish);
    }
  });

  it("runs ever less often for an API server that refuses each of its tokens", async () => {
    fakeClock();
    const { plugin, runs } = pluginFor(`answer({ token: "token-" + runs })`);
    for (let second = 0; second < 60; second += 1) {
      plugin.invalidate(await plugin.get());
      vi.setSystemTime(Date.now() + 1_000);
    }
    expect(runs()).toBeLessThan(9);
  });

  it("keeps the secrets of its arguments and variables out of what it says", async () => {
    const secret = "qxzjvk-QXZ-1234";
    for (const extra of [
      { args: [`--oidc-client-secret=${secret}`] },
      { args: ["--password", secret] },
      { env: [{ name: "AWS_SECRET_ACCESS_KEY", value: secret }] },
    ]) {
      const { plugin } = pluginFor(
        `process.stderr.write(process.argv.join(" ") + process.env.AWS_SECRET_ACCESS_KEY, () => process.exit(1))`,
        extra,
      );
      const failure = await plugin.get().catch((error: Error) => error.message);
      expect(failure).toContain("exit code 1");
      expect(failure + JSON.stringify(plugin.info())).not.toContain(secret);
    }
  });

  it("runs the file that was found on Porthole's PATH, under the name it was called by", async () => {
    const dir = tempDir();
    const seen = join(dir, "seen");
    writePlugin(dir, `fs.writeFileSync(${JSON.stringify(seen)}, process.argv[1]); answer({ token: "t" })`);
    const plugin = new ExecPlugin(
      { command: "plugin", args: [], env: [{ name: "PATH", value: "/nowhere" }], apiVersion: V1 },
      { PATH: `.:relative:${dir}` },
    );
    await plugin.get();
    expect(readFileSync(seen, "utf8")).toBe(join(dir, "plugin"));
  });
});
