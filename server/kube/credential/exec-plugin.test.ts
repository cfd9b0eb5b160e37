import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { hasOpenssl, loopbackPair, NO_OPENSSL } from "../testing/certificates.ts";
import { isAlive, tempDir, V1, V1BETA1, writePlugin } from "../testing/plugin.ts";
import { termOf } from "./credential-term.ts";
import { UserCredential } from "./credentials.ts";
import { ExecPlugin, PLUGIN_LIMITS } from "./exec-plugin.ts";
import type { ExecPluginConfig } from "./plugin-program.ts";

function pluginFor(
  command: string,
  extra: Partial<ExecPluginConfig> = {},
  limits = PLUGIN_LIMITS,
): ExecPlugin {
  const config = { command, args: [], env: [], apiVersion: V1, ...extra };
  const plugin = new ExecPlugin(
    config,
    { PATH: process.env.PATH, INHERITED: "yes", PORTHOLE_TOKEN: "launch" },
    limits,
  );
  onTestFinished(() => plugin.close());
  return plugin;
}

async function messageOf(plugin: ExecPlugin): Promise<string> {
  const error: unknown = await plugin.get().then(
    () => new Error("it succeeded"),
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "KubeError", code: "CREDENTIAL" });
  return (error as Error).message;
}

describe("ExecPlugin", () => {
  it("gives the plugin arguments, its variables, the inherited ones and KUBERNETES_EXEC_INFO, and no stdin", async () => {
    const dir = tempDir();
    const { command } = writePlugin(
      dir,
      `const { INHERITED, OWN, PORTHOLE_TOKEN, KUBERNETES_EXEC_INFO } = process.env;
      const stdin = fs.readFileSync(0, "utf8");
      fs.writeFileSync(${JSON.stringify(join(dir, "seen"))}, JSON.stringify({ INHERITED, OWN, PORTHOLE_TOKEN, stdin,
        args: process.argv.slice(2), info: JSON.parse(KUBERNETES_EXEC_INFO) }));
      answer({ token: "t" });`,
    );
    const cluster = { server: "https://kube", "tls-server-name": "other", config: { audience: "x" } };
    const plugin = pluginFor(command, {
      args: ["a b", "$(touch pwned)", "; exit 1"],
      env: [{ name: "OWN", value: "v" }],
      cluster: async () => cluster,
    });
    await expect(plugin.get()).resolves.toEqual({
      ...{ authorization: "Bearer t", certificate: undefined },
      ...{ tokenFrom: "login plugin", certificateFrom: "login plugin", renews: true },
    });
    expect(JSON.parse(readFileSync(join(dir, "seen"), "utf8"))).toEqual({
      INHERITED: "yes",
      OWN: "v",
      stdin: "",
      args: ["a b", "$(touch pwned)", "; exit 1"],
      info: { kind: "ExecCredential", apiVersion: V1, spec: { cluster, interactive: false } },
    });
    expect(existsSync(join(dir, "pwned"))).toBe(false);
  });

  it.skipIf(!hasOpenssl)(`takes a client certificate, and v1beta1 (${NO_OPENSSL})`, async () => {
    const { cert, key } = loopbackPair();
    const status = { clientCertificateData: cert, clientKeyData: key };
    const { command } = writePlugin(tempDir(), `answer(${JSON.stringify(status)})`, V1BETA1);
    await expect(pluginFor(command, { apiVersion: V1BETA1 }).get()).resolves.toMatchObject({
      certificate: { cert, key },
    });
  });

  it("runs once for all who wait, and keeps a credential without expiry", async () => {
    const { command, runs } = writePlugin(tempDir(), `answer({ token: "token-" + runs })`);
    const plugin = pluginFor(command);
    const answers = await Promise.all(Array.from({ length: 20 }, () => plugin.get()));
    expect(new Set(answers.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer token-1"]));
    await plugin.get();
    expect(runs()).toBe(1);
  });

  it("runs again once the credential has expired", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    vi.setSystemTime("2026-01-01T00:00:00Z");
    const { command } = writePlugin(
      tempDir(),
      `answer({ token: "token-" + runs, expirationTimestamp: "2026-01-01T0" + runs + ":00:00Z" })`,
    );
    const plugin = pluginFor(command);
    expect((await plugin.get()).authorization).toBe("Bearer token-1");
    vi.setSystemTime("2026-01-01T00:59:59Z");
    expect((await plugin.get()).authorization).toBe("Bearer token-1");
    vi.setSystemTime("2026-01-01T01:00:00Z");
    expect((await plugin.get()).authorization).toBe("Bearer token-2");
  });

  it("runs again after a refusal, but not for a credential that was already replaced, and not in a storm", async () => {
    const { command, runs } = writePlugin(tempDir(), `answer({ token: "token-" + runs })`);
    const plugin = pluginFor(command);
    const first = await plugin.get();
    plugin.invalidate(first);
    const second = await plugin.get();
    expect(second.authorization).toBe("Bearer token-2");
    plugin.invalidate(first);
    expect(await plugin.get()).toBe(second);
    plugin.invalidate(second);
    expect(await plugin.get()).toBe(second);
    expect(runs()).toBe(2);
  });

  it("runs again after a failure when a person asks", async () => {
    const { command } = writePlugin(tempDir(), `if (runs === 1) process.exit(3); answer({ token: "ok" })`);
    const plugin = pluginFor(command);
    expect(await messageOf(plugin)).toContain("exit code 3");
    await plugin.act("retry", undefined);
    await expect(plugin.get()).resolves.toMatchObject({ authorization: "Bearer ok" });
  });

  it("shows what a failed plugin said, cut and without control characters", async () => {
    const { command } = writePlugin(
      tempDir(),
      `process.stderr.write("x".repeat(100_000) + "\\x1b[31mtoken expired, run: aws sso login\\x1b[0m\\n", () => process.exit(1))`,
    );
    const message = await messageOf(pluginFor(command));
    expect(message).toMatch(/token expired, run: aws sso login$/);
    expect(message.length).toBeLessThan(1_500);
    expect(message).not.toContain("\x1b");
  });

  it("shows the install hint when the command is missing, by name and by path", async () => {
    const extra = { installHint: "Install it with: brew install it" };
    for (const command of ["porthole-no-such-plugin", join(tempDir(), "nope")]) {
      const message = await messageOf(pluginFor(command, extra));
      expect(message).toContain(`"${command}" is not installed`);
      expect(message).toContain("brew install it");
    }
    const file = join(tempDir(), "plain");
    writeFileSync(file, "");
    expect(await messageOf(pluginFor(file, extra))).toContain("may not be run by this user");
  });

  it("keeps the lines of an install hint, without control characters and not without end", async () => {
    const hint = (installHint: string) => messageOf(pluginFor("porthole-no-such-plugin", { installHint }));
    expect(
      await hint("\n\nInstall it:\r\n\n  brew install it\n\x1b[31mor\x07 ask <b>them</b>\u202e\n"),
    ).toMatch(/not on PATH\.\nInstall it:\n\n {2}brew install it\nor ask <b>them<\/b>$/);
    const long = await hint("line\n".repeat(100_000));
    expect(long).toMatch(/\.\.\.$/);
    expect(long.length).toBeLessThan(1_200);
  });

  it("says when what a plugin gave ends, as the plugin says", async () => {
    const expirationTimestamp = "2031-01-01T00:00:00Z";
    const { command } = writePlugin(
      tempDir(),
      `console.log(JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: { token: "opaque", expirationTimestamp: ${JSON.stringify(expirationTimestamp)} } }))`,
    );
    const credential = new UserCredential({ plugin: pluginFor(command) });
    expect(termOf(await credential.get())).toEqual({
      ...{ what: "token", from: "login plugin", renews: true },
      ends: Date.parse(expirationTimestamp),
    });
  });

  it("says that the interpreter is missing, and not the plugin", async () => {
    const file = join(tempDir(), "script");
    writeFileSync(file, "#!/no/such/interpreter\n", { mode: 0o755 });
    const message = await messageOf(pluginFor(file, { installHint: "Install it" }));
    expect(message).toContain("the interpreter that its first line names does not exist");
    expect(message).not.toMatch(/not installed|Install it/);
  });

  it("stops a plugin that hangs, with the children it started", async () => {
    const dir = tempDir();
    const pids = join(dir, "pids");
    const { command } = writePlugin(
      dir,
      `const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
      fs.writeFileSync(${JSON.stringify(pids)}, process.pid + " " + child.pid);
      process.stderr.write("waiting for the login page");
      setInterval(() => {}, 1000);`,
    );
    const plugin = pluginFor(command, {}, { ...PLUGIN_LIMITS, timeLimitMs: 3_000 });
    const message = await messageOf(plugin);
    expect(message).toContain("was stopped after 3 seconds without an answer");
    expect(message).toContain("waiting for the login page");
    const started = readFileSync(pids, "utf8").split(" ").map(Number);
    expect(started).toHaveLength(2);
    await vi.waitFor(() => expect(started.filter(isAlive)).toEqual([]));
  });

  it("stops a plugin that prints without end", async () => {
    const { command } = writePlugin(
      tempDir(),
      `const chunk = "secret".repeat(10_000); const more = () => process.stdout.write(chunk, more); more();`,
    );
    const message = await messageOf(pluginFor(command));
    expect(message).toContain("printed more than 4194304 bytes");
    expect(message).not.toContain("secret");
  });

  it("answers although a child of the plugin keeps its pipes open", async () => {
    const dir = tempDir();
    const pid = join(dir, "pid");
    const { command } = writePlugin(
      dir,
      `const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit", detached: true });
      fs.writeFileSync(${JSON.stringify(pid)}, String(child.pid));
      child.unref();
      answer({ token: "t" });`,
    );
    await expect(pluginFor(command).get()).resolves.toMatchObject({ authorization: "Bearer t" });
    process.kill(Number(readFileSync(pid, "utf8")), "SIGKILL");
  });

  it("stops a running plugin when it is closed, and can run again", async () => {
    const { command, runs } = writePlugin(
      tempDir(),
      `if (runs > 1) answer({ token: "t" }); else setInterval(() => {}, 1000)`,
    );
    const plugin = pluginFor(command);
    const failed = messageOf(plugin);
    await vi.waitFor(() => expect(runs()).toBe(1));
    plugin.close();
    expect(await failed).toContain("shutting down");
    await expect(plugin.get()).resolves.toMatchObject({ authorization: "Bearer t" });
  });

  it.each([
    ["", "printed nothing"],
    [`process.stdout.write("secret-text")`, "neither JSON nor YAML"],
    [`process.stdout.write("null")`, "printed no ExecCredential"],
    [`process.stdout.write(JSON.stringify({ kind: "ExecCredential", apiVersion: "${V1}" }))`, "status"],
    [
      `process.stdout.write(JSON.stringify({ kind: "ExecCredential", apiVersion: "${V1BETA1}", status: { token: "secret-text" } }))`,
      "instead of",
    ],
    [`answer({})`, "neither a token nor a client certificate"],
    [`answer({ clientCertificateData: "secret-text" })`, "without its key"],
    [`answer({ token: "secret-text\\nX-Evil: 1" })`, "a line break"],
    [`answer({ token: "secret-text", expirationTimestamp: "tomorrow" })`, "not a time"],
    [`answer({ token: 12 })`, "status.token"],
    [`process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)`, "was ended by SIGTERM"],
  ])("refuses the answer of %j, naming the fault and not the content", async (body, words) => {
    const message = await messageOf(pluginFor(writePlugin(tempDir(), body).command));
    expect(message).toContain(words);
    expect(message).not.toContain("secret-text");
  });
});
