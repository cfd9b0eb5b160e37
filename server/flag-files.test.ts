/**
 * Every flag that names a file, with files that are none (threats.md A34): one line and status 2, and soon, whatever
 * never ends stands behind the name.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "#server/config/config.ts";
import { OPTIONS } from "#server/config/options.ts";
import { hasOpenssl, loopbackPair, NO_OPENSSL, TestAuthority } from "#server/kube/testing/certificates.ts";
import { loadClusterSet } from "./clusters.ts";
import { createLogger } from "./log.ts";
import { StartedProcess } from "./started-process.fixture.ts";

const HUGE_BYTES = 8 * 1024 * 1024;
const LIMIT_MS = 5_000;
const PROGRAM_LIMIT_MS = 60_000;
const TOKEN = "0123456789abcdef0123456789abcdef";
const LOG = createLogger("text", "silent");
const isRoot = process.getuid?.() === 0;

let folder: string;
const path = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "porthole-files-"));
  const { cert, key } = loopbackPair();
  for (const [name, content] of Object.entries({
    "cert.pem": cert,
    "key.pem": key,
    empty: "",
    blank: " \n\n",
    binary: Buffer.from([0xff, 0xfe, 0, 1, 2, 0x80, 0x0a]),
    huge: Buffer.alloc(HUGE_BYTES, "a: 1\n"),
    secret: TOKEN,
  }))
    writeFileSync(path(name), content);
  mkdirSync(path("folder"));
  execFileSync("mkfifo", [path("pipe")]);
  chmodSync(path("secret"), 0);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As the program does, up to the clusters. @returns the line it would say */
async function refusalOf(argv: string[], env: NodeJS.ProcessEnv = {}, input?: string): Promise<string> {
  const began = performance.now();
  const start = async () => {
    const config = await readConfig(
      argv,
      env,
      Readable.from(input === undefined ? [] : [Buffer.from(input)]),
    );
    const demo = () => Promise.reject(new Error("the demo was started"));
    await loadClusterSet(config, env, LOG, [], demo);
  };
  const error = await start().then(
    () => null,
    (reason: Error & { code: string }) => reason,
  );
  expect({ argv, message: error?.message, code: error?.code }).toEqual({
    ...{ argv, code: "CONFIG" },
    message: expect.stringMatching(/^[^\n]{5,600}$/),
  });
  expect(performance.now() - began).toBeLessThan(LIMIT_MS);
  return error!.message;
}

/** What each needs beside it to come as far as its file. */
const FLAGS: Record<string, { beside?: () => string[]; mayBeEmpty?: true }> = {
  kubeconfig: {},
  "token-file": { beside: () => ["--demo"] },
  "tls-cert": { beside: () => ["--demo", "--tls-key", path("key.pem")] },
  "tls-key": { beside: () => ["--demo", "--tls-cert", path("cert.pem")] },
  config: { beside: () => ["--demo"], mayBeEmpty: true },
};

it("knows every flag whose value is a file", () => {
  const named = Object.keys(OPTIONS).filter((name) => /file|cert|key|config$/.test(name));
  expect(Object.keys(FLAGS).sort()).toEqual(named.filter((name) => name !== "write-kubeconfig").sort());
});

describe.each(Object.entries(FLAGS))("--%s", (name, { beside = () => [], mayBeEmpty }) => {
  const bad = ["missing", "missing/below", "empty/below", "folder", "binary", "huge", "pipe"];
  const empty = ["empty", "blank", "/dev/null"];
  const all = [
    ...bad,
    "/dev/zero",
    "/dev/random",
    ...(mayBeEmpty ? [] : empty),
    ...(isRoot ? [] : ["secret"]),
  ];

  it.each(all)("is refused for %s", async (file) => {
    const value = file.startsWith("/") ? file : path(file);
    expect(await refusalOf([...beside(), `--${name}`, value])).toContain(value);
  });

  it(
    "does not wait for a standard input that never ends: one line, status 2, nothing on standard output",
    async () => {
      const flags = ["--port", "0", "--no-open", ...beside(), `--${name}`, "/dev/stdin"];
      const { code, stdout, stderr } = await new StartedProcess(flags).ended;
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^porthole: [^\n]*(\/dev\/stdin|--token-file -)[^\n]*\n$/);
    },
    PROGRAM_LIMIT_MS,
  );
});

it("says the same of what the environment, the file and standard input name", async () => {
  writeFileSync(path("config.yaml"), JSON.stringify({ demo: true, "token-file": path("missing") }));
  expect(await refusalOf(["--config", path("config.yaml")])).toContain("missing");
  expect(await refusalOf([], { PORTHOLE_KUBECONFIG: path("folder") })).toContain("folder");
  expect(await refusalOf([], { PORTHOLE_CONFIG: "/dev/zero" })).toContain("/dev/zero");
  expect(await refusalOf([], { KUBECONFIG: "/dev/zero" })).toContain("/dev/zero");
  expect(await refusalOf([], { KUBECONFIG: path("pipe") })).toContain("pipe");
  expect(await refusalOf(["--demo", "--token-file", "-"], {}, "")).toMatch(/empty.*openssl rand/);
  expect(await refusalOf(["--demo", "--token-file", "-"], {}, "a".repeat(HUGE_BYTES))).toMatch(/larger/);
});

it("does not show a token that was given in the place of its file", async () => {
  expect(await refusalOf(["--demo", "--token-file", TOKEN])).toMatch(
    /^(?!.*0123456789).*is it the token itself/,
  );
});

it("warns of a file with the token that others can read", async () => {
  for (const [flags, content] of [
    ["--token-file", TOKEN],
    ["--config", JSON.stringify({ token: TOKEN })],
  ] as const) {
    writeFileSync(path("open"), content);
    chmodSync(path("open"), 0o600);
    expect((await readConfig([flags, path("open")], {})).warnings).toEqual([]);
    chmodSync(path("open"), 0o644);
    expect((await readConfig([flags, path("open")], {})).warnings).toEqual([
      expect.stringMatching(/can be read by other users: chmod 600/),
    ]);
  }
});

describe("a kubeconfig that is not there", () => {
  const env = { HOME: "/nowhere" };
  it.each([
    ["--kubeconfig", "/nowhere/config"],
    ["--context", "prod"],
    ["--behind-proxy"],
    ["--public-url", "https://a.example"],
    ["--behind-proxy", "--host", "0.0.0.0"],
  ])("is no reason to show the demo with %s %s", async (...flags) => {
    const given = flags.filter((flag) => flag !== undefined);
    expect(await refusalOf(given, env)).toMatch(/\/nowhere\/config|context|--behind-proxy|--public-url/);
    const [first = "", second] = given;
    const variable = `PORTHOLE_${first.slice(2).toUpperCase().replaceAll("-", "_")}`;
    await refusalOf([], { ...env, [variable]: second?.startsWith("--") === false ? second : "true" });
    writeFileSync(
      path("none.yaml"),
      JSON.stringify({ [first.slice(2)]: given.length === 2 ? second : true }),
    );
    await refusalOf(["--config", path("none.yaml")], env);
  });
});

describe("a pod without a service account", () => {
  const env = { HOME: "/nowhere", KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443" };
  const { KUBERNETES_SERVICE_PORT: _, ...portless } = env;

  it.each([
    [env, [], /no kubeconfig.*service account token is not mounted.*unless --demo asks for it/],
    [portless, [], /no kubeconfig.*without KUBERNETES_SERVICE_PORT/],
    [env, ["--behind-proxy"], /service account token is not mounted.*with --behind-proxy\.$/],
    [{ ...env, KUBECONFIG: "/nowhere/config" }, [], /\/nowhere\/config.*token is not mounted/],
    [{ ...env, KUBECONFIG: "/dev/null" }, [], /token is not mounted/],
  ])("is no reason to show the demo: %j %j", async (variables, flags, words) => {
    expect(await refusalOf(flags, variables)).toMatch(words);
  });

  it("shows the demo where it is asked for", async () => {
    const config = await readConfig(["--demo"], env);
    const asked = new Error("the demo was started");
    await expect(loadClusterSet(config, env, LOG, [], () => Promise.reject(asked))).rejects.toBe(asked);
  });

  it(
    "ends with one line and status 2",
    async () => {
      const flags = ["--port", "0", "--no-open", "--token-file", "-"];
      const home = { ...env, HOME: folder };
      const { code, stdout, stderr } = await new StartedProcess(flags, { env: home, input: TOKEN }).ended;
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^porthole: [^\n]*service account token is not mounted[^\n]*\n$/);
    },
    PROGRAM_LIMIT_MS,
  );
});

describe("--state-dir", () => {
  it.skipIf(process.platform !== "linux")("that cannot be made is refused, also with the demo", async () => {
    symlinkSync(path("gone"), path("dangling"));
    for (const folder of ["/proc/x", "/proc/x/y", path("empty"), path("empty/below"), path("dangling")]) {
      expect(await refusalOf(["--demo", "--state-dir", folder])).toMatch(
        /^--state-dir .*(cannot be used|not a folder)/,
      );
    }
  });

  it("is made for its owner alone, with what is above it", async () => {
    expect((await readConfig(["--demo", "--state-dir", path("a/b")], {})).stateDir).toBe(path("a/b"));
    expect(statSync(path("a/b")).mode & 0o777).toBe(0o700);
  });
});

describe.skipIf(!hasOpenssl)(`TLS files (${NO_OPENSSL})`, () => {
  it("that are damaged, encrypted or of another certificate are called so; an expired one is warned of", async () => {
    const authority = new TestAuthority();
    const [one, other] = [authority.issue("IP:127.0.0.1"), authority.issue("IP:127.0.0.1")];
    const expired = authority.issue("IP:127.0.0.1", { days: -1 });
    const encrypted = authority.encrypt(one.key);
    authority.dispose();
    const flagsOf = (cert: string, key: string) => {
      writeFileSync(path("c"), cert);
      writeFileSync(path("k"), key);
      return ["--demo", "--tls-cert", path("c"), "--tls-key", path("k")];
    };
    const damaged = (pem: string) => pem.replace(/\n[^\n]{20}/, "\nAAAAAAAAAAAAAAAAAAAA");
    for (const [cert, key, words] of [
      [one.cert, other.key, /is not the key/],
      [one.cert, encrypted.pkcs8, /passphrase/],
      [one.cert, encrypted.traditional, /passphrase/],
      [damaged(one.cert), one.key, /certificate that is damaged/],
      [one.cert, damaged(one.key), /private key that is damaged/],
      [one.cert.slice(0, 200), one.key, /damaged/],
      [one.cert + damaged(other.cert), one.key, /cannot be used/],
      [one.key, one.cert, /no certificate in PEM, but a private key/],
      [one.cert, one.cert, /no private key in PEM, but a certificate/],
    ] as const) {
      expect(await refusalOf(flagsOf(cert, key))).toMatch(words);
    }
    const { warnings } = await readConfig(flagsOf(expired.cert, expired.key), {});
    expect(warnings).toEqual([expect.stringMatching(/expired on/)]);
  });
});
