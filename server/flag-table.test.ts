/**
 * Every flag alone and with every other (threats.md A34): what it may be, what it must not be, and which two do not go
 * together. A flag without a row fails here.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "#server/config/config.ts";
import { ConfigError } from "#server/config/config-error.ts";
import { OPTIONS, USAGE } from "#server/config/options.ts";
import { loopbackPair } from "#server/kube/testing/certificates.ts";
import { ROWS, SWITCHES, TOKEN } from "./flag-rows.fixture.ts";

const HUGE = "x".repeat(100_000);
const ODD = ["a\nb", "\u001b[2J", "\u202etxt", " ", "..", "--port", "-1", "%", "💥"];

let folder: string;
const path = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "porthole-flags-"));
  const { cert, key } = loopbackPair();
  writeFileSync(path("cert.pem"), cert);
  writeFileSync(path("key.pem"), key);
  writeFileSync(path("token"), TOKEN, { mode: 0o600 });
  writeFileSync(path("config.yaml"), "log-format: json\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

const IN_FOLDER = new Set(["kubeconfig", "token-file", "tls-cert", "tls-key", "state-dir", "config"]);
function given(name: string, value: string): string {
  return IN_FOLDER.has(name) && value !== "" && !value.startsWith("/") ? path(value) : value;
}

function read(argv: string[], env: NodeJS.ProcessEnv = {}) {
  return readConfig(argv, env, Readable.from([TOKEN]));
}

/** Null: it would start. */
async function refusalOf(argv: string[], env: NodeJS.ProcessEnv = {}): Promise<string | null> {
  try {
    await read(argv, env);
    return null;
  } catch (error) {
    // Anything else would be a stack trace.
    expect(error).toBeInstanceOf(ConfigError);
    const { message } = error as Error;
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(message.length).toBeLessThan(600);
    expect(message).not.toMatch(/undefined|\[object|:p@/);
    return message;
  }
}

const variableOf = (name: string) => `PORTHOLE_${name.toUpperCase().replaceAll("-", "_")}`;

it("has a row for every flag, and says every one in --help", () => {
  expect([...Object.keys(ROWS), ...Object.keys(SWITCHES)].sort()).toEqual(Object.keys(OPTIONS).sort());
  for (const name of Object.keys(OPTIONS)) {
    const silent = ["dev", "help", "version"].includes(name);
    expect({ name, said: USAGE.includes(`--${name}`) }).toEqual({ name, said: !silent });
  }
});

describe.each(Object.entries(ROWS))("--%s", (name, row) => {
  const beside = () => (row.beside ? [row.beside[0], path(row.beside[1])] : []);
  const [first, second] = row.good;
  const expected = () => row.becomes ?? given(name, second);

  it("is taken from the flag, the environment and the file, and counts as it is given last", async () => {
    const value = given(name, second);
    expect(row.set(await read([...beside(), `--${name}`, value]))).toBe(expected());
    expect(row.set(await read([...beside(), `--${name}=${given(name, first)}`, `--${name}`, value]))).toBe(
      expected(),
    );
    expect(row.set(await read(beside(), { [variableOf(name)]: value }))).toBe(expected());
    if (name === "config") return;
    writeFileSync(path("table.yaml"), JSON.stringify({ [name]: value }));
    expect(row.set(await read([...beside(), "--config", path("table.yaml")]))).toBe(expected());
  });

  it.each([...row.bad, HUGE, ...(row.anyText ? [] : ODD)])("is refused as %j", async (bad) => {
    const value = given(name, bad);
    expect(await refusalOf([...beside(), `--${name}=${value}`])).toContain(name);
    // An empty variable is one that is not set.
    if (value !== "") expect(await refusalOf(beside(), { [variableOf(name)]: value })).not.toBeNull();
    if (name === "config") return;
    writeFileSync(path("table.yaml"), JSON.stringify({ [name]: value }));
    expect(await refusalOf([...beside(), "--config", path("table.yaml")])).not.toBeNull();
  });

  it("needs a value, and in a file one of its own kind", async () => {
    expect(await refusalOf([...beside(), `--${name}`])).toContain(name);
    expect(await refusalOf([`--${name}`, "--demo"])).toContain(name);
    for (const wrong of [null, true, [second], { [second]: 1 }, [], 12345678901234, 1.5]) {
      writeFileSync(path("table.yaml"), JSON.stringify({ [name]: wrong }));
      expect({ wrong, refusal: await refusalOf([...beside(), "--config", path("table.yaml")]) }).toEqual({
        wrong,
        refusal: expect.stringContaining(name),
      });
    }
  });
});

describe.each(Object.entries(SWITCHES))("--%s", (name, set) => {
  it("is on when it is said, also twice, and takes no value", async () => {
    expect(set(await read([`--${name}`]))).toBe(true);
    expect(set(await read([`--${name}`, `--${name}`]))).toBe(true);
    for (const value of ["", "true", "false", HUGE])
      expect(await refusalOf([`--${name}=${value}`])).toContain(name);
  });

  it("is true or false in the environment and in a file, unless it is a question", async () => {
    const question = name === "help" || name === "version";
    for (const [value, on] of [
      ["1", true],
      ["true", true],
      ["no", false],
    ] as const) {
      expect(set(await read([], { [variableOf(name)]: value }))).toBe(on && !question);
    }
    for (const value of ["perhaps", "2", HUGE, "a\nb"]) {
      const refusal = await refusalOf([], { [variableOf(name)]: value });
      if (question) expect(refusal).toBeNull();
      else expect(refusal).toContain(variableOf(name));
    }
    for (const wrong of [null, [true], { a: 1 }, 2, "perhaps", ...(question ? [true] : [])]) {
      writeFileSync(path("table.yaml"), JSON.stringify({ [name]: wrong }));
      expect(await refusalOf(["--config", path("table.yaml")])).toContain(name);
    }
  });
});

describe("two flags", () => {
  const OTHERS = "host of others";
  const flagsOf = (name: string): string[] => {
    if (name === OTHERS) return ["--host", "0.0.0.0"];
    if (name === "tls-cert") return ["--tls-cert", path("cert.pem"), "--tls-key", path("key.pem")];
    const row = ROWS[name as keyof typeof ROWS];
    return row ? [`--${name}`, given(name, row.good[0])] : [`--${name}`];
  };
  /** Everything else starts. */
  const REFUSED: [string, string[]][] = [
    ["demo", ["behind-proxy", "public-url", OTHERS]],
    ["dev", ["behind-proxy", "public-url", OTHERS]],
    ["token", ["token-file"]],
  ];
  const GOES_WITH_OTHERS = ["tls-cert", "behind-proxy", "help", "version", OTHERS];

  it("go together or are refused in one line, as this table says", async () => {
    const names = [...Object.keys(OPTIONS).filter((name) => name !== "tls-key"), OTHERS];
    for (const [index, one] of names.entries()) {
      for (const other of names.slice(index + 1)) {
        if (one === "host" && other === OTHERS) continue;
        const listed = REFUSED.some(
          ([first, seconds]) =>
            (one === first && seconds.includes(other)) || (other === first && seconds.includes(one)),
        );
        const open =
          [one, other].includes(OTHERS) &&
          !(GOES_WITH_OTHERS.includes(one) && GOES_WITH_OTHERS.includes(other));
        const question = [one, other].some((name) => name === "help" || name === "version");
        for (const argv of [
          [...flagsOf(one), ...flagsOf(other)],
          [...flagsOf(other), ...flagsOf(one)],
        ]) {
          const refused = (await refusalOf(argv)) !== null;
          expect({ one, other, refused }).toEqual({ one, other, refused: !question && (listed || open) });
        }
      }
    }
  });

  it.each([
    [["--tls-cert", "cert.pem"], /go together/],
    [["--tls-key", "key.pem"], /go together/],
    [["--host", "0.0.0.0"], /--tls-cert.*--behind-proxy/],
    [["--host", "127.example.com"], /not loopback/],
    [["--demo", "--behind-proxy"], /--demo.*--behind-proxy/],
    [["--demo", "--host", "::"], /--demo.*--host ::/],
    [["--demo", "--public-url", "https://a.example"], /--demo.*https:\/\/a\.example/],
    [["--demo", "--public-url", "https://127.0.0.1", "--behind-proxy"], /--behind-proxy/],
    [["--public-url", "http://a.example"], /https URL/],
    [["--public-url", "http://a.example", "--behind-proxy"], /https URL/],
    [["--public-url", "http://localhost", "--tls-cert", "cert.pem", "--tls-key", "key.pem"], /serve https/],
    [["--tls-cert", "key.pem", "--tls-key", "cert.pem"], /but a private key/],
  ])("%j is refused, whichever of them come from the environment or a file", async (flags, words) => {
    const argv = flags.map((flag) => (flag.endsWith(".pem") ? path(flag) : flag));
    expect(await refusalOf(argv)).toMatch(words);
    const settings: Record<string, string | boolean> = {};
    for (const [index, flag] of argv.entries()) {
      if (!flag.startsWith("--")) continue;
      const next = argv[index + 1];
      settings[flag.slice(2)] = next === undefined || next.startsWith("--") ? true : next;
    }
    const env = Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [variableOf(name), String(value)]),
    );
    expect(await refusalOf([], env)).toMatch(words);
    writeFileSync(path("table.yaml"), JSON.stringify(settings));
    expect(await refusalOf(["--config", path("table.yaml")])).toMatch(words);
  });

  it.each([
    ["--demo", "--public-url", "http://localhost:7654"],
    ["--demo", "--public-url", "https://porthole.localhost"],
    ["--demo", "--preview-domain", "localhost:7654"],
    ["--host", "::1"],
    ["--host", "0:0:0:0:0:0:0:1", "--demo"],
    ["--host", "::ffff:127.0.0.1", "--demo"],
    ["--behind-proxy", "--public-url", "https://a.example", "--preview-domain", "a-preview.example"],
  ])("%s %s %s go on", async (...argv) => {
    expect(await refusalOf(argv.filter((flag) => flag !== undefined))).toBeNull();
  });

  it("the stronger place says which token it is", async () => {
    const env = { PORTHOLE_TOKEN: "another-token-of-a-test" };
    expect((await read(["--token-file", path("token")], env)).token).toBe(TOKEN);
    expect((await read(["--token", TOKEN], { PORTHOLE_TOKEN_FILE: path("nothing") })).token).toBe(TOKEN);
    expect(await refusalOf([], { ...env, PORTHOLE_TOKEN_FILE: path("token") })).toMatch(/one of them/);
  });

  it("a service of Kubernetes that is called porthole is no port of ours", async () => {
    expect((await read([], { PORTHOLE_PORT: "tcp://10.0.0.1:7654" })).port).toBe(7654);
  });
});
