import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "porthole-config-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const read = (argv: string[], env: NodeJS.ProcessEnv = {}) => readConfig(argv, env);

async function problemOf(argv: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  try {
    await read(argv, env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).not.toContain("\n");
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}

describe("configuration", () => {
  it("listens on 127.0.0.1:7654 with a fresh 256-bit token when nothing is said", async () => {
    const first = await read([]);
    expect(first).toMatchObject({
      host: "127.0.0.1",
      port: 7654,
      demo: false,
      logFormat: "text",
      open: true,
    });
    expect(Buffer.from(first.token, "base64url")).toHaveLength(32);
    expect((await read([])).token).not.toBe(first.token);
  });

  it("takes flags over environment over file", async () => {
    const config = file("porthole.yaml", "port: 1001\nhost: localhost\nlog-format: json\n");
    const env = { PORTHOLE_CONFIG: config, PORTHOLE_PORT: "1002", PORTHOLE_LOG_FORMAT: "text" };
    expect(await read([], env)).toMatchObject({ host: "localhost", port: 1002, logFormat: "text" });
    expect((await read(["--port", "1003"], env)).port).toBe(1003);
  });

  it("reads switches from the environment and from a file", async () => {
    expect(await read([], { PORTHOLE_DEMO: "true", PORTHOLE_NO_OPEN: "1" })).toMatchObject({
      demo: true,
      open: false,
    });
    expect(await read(["--config", file("c.json", '{"demo": true}')])).toMatchObject({ demo: true });
  });

  it("makes the demo cluster the newest with two users, unless told otherwise", async () => {
    expect(await read([])).toMatchObject({ demoMode: "phase2", demoUsers: "two" });
    const told = await read(["--demo-mode", "legacy"], { PORTHOLE_DEMO_USERS: "all" });
    expect(told).toMatchObject({ demoMode: "legacy", demoUsers: "all" });
  });

  it("serves others only with TLS, here or in front", async () => {
    expect(await problemOf(["--host", "0.0.0.0"])).toMatch(/--tls-cert.*--behind-proxy/);
    expect((await read(["--host", "0.0.0.0", "--behind-proxy"])).behindProxy).toBe(true);
  });

  it("keeps the demo on loopback: its containers are processes of this machine", async () => {
    expect(await problemOf(["--demo", "--host", "0.0.0.0", "--behind-proxy"])).toMatch(/loopback/);
  });

  it.each([
    [["--nonsense"], /--nonsense/],
    [["somewhere"], /somewhere/],
    [["--port", "70000"], /70000/],
    [["--port", "http"], /http/],
    [["--token", "short"], /16/],
    [["--token", "has spaces in the middle"], /--token/],
    [["--log-format", "xml"], /--log-format is text or json, not xml/],
    [["--demo-mode", "phase3"], /--demo-mode is phase2 or phase1 or legacy, not phase3/],
    [["--demo-users", "creator"], /--demo-users is two or all, not creator/],
    [["--tls-cert", "only.pem"], /go together/],
    [["--tls-cert", "/nowhere/a.pem", "--tls-key", "/nowhere/b.pem"], /no such file/],
    [["--public-url", "not a url"], /--public-url/],
    [["--public-url", "https://a.example/path"], /--public-url/],
    [["--preview-domain", "10.0.0.1"], /--preview-domain/],
    [["--config", "/nowhere/c.yaml"], /no such file/],
  ])("refuses %j in one line that names it", async (argv, message) => {
    expect(await problemOf(argv)).toMatch(message);
  });

  it("refuses a file with unknown names, wrong values, or aliases", async () => {
    expect(await problemOf(["--config", file("a.yaml", "prot: 1\n")])).toMatch(/prot; is port meant/);
    expect(await problemOf(["--config", file("b.yaml", "demo: maybe\n")])).toMatch(/demo/);
    expect(await problemOf(["--config", file("c.yaml", "- 1\n")])).toMatch(/names and values/);
    expect(await problemOf(["--config", file("d.yaml", "host: &a x\ntoken: *a\n")])).toMatch(
      /cannot be read/,
    );
    expect(await problemOf(["--config", file("e.yaml", "__proto__: x\n")])).toMatch(/__proto__|names/);
    for (const level of ["[", "{", "- ", "? ", "{a: ", ": "]) {
      expect(await problemOf(["--config", file("f.yaml", level.repeat(15_000))])).toMatch(/names and values/);
    }
  });

  it("refuses a switch in the environment that is neither true nor false", async () => {
    expect(await problemOf([], { PORTHOLE_DEMO: "perhaps" })).toMatch(/PORTHOLE_DEMO/);
  });
});
