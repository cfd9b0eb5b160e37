import { spawnSync } from "node:child_process";
import { openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { neverLog, redact } from "./log.ts";

const LOG = fileURLToPath(new URL("./log.ts", import.meta.url));

/** Logs in a process of its own, because stderr is its. */
function run(script: string, stderr: "pipe" | number = "pipe") {
  const code = `import { createLogger, neverLog } from ${JSON.stringify(LOG)}; ${script}`;
  return spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", stderr],
    encoding: "utf8",
  });
}

describe("the log", () => {
  it("cuts every known secret out of every line, wherever it stands", () => {
    const { stderr } = run(
      `neverLog("a-very-secret-token"); createLogger("text").info({ err: new Error("Bearer a-very-secret-token") }, "a-very-secret-token failed");`,
    );
    expect(stderr).toContain("[redacted] failed err=Bearer [redacted]");
    expect(stderr).not.toContain("a-very-secret-token");
  });

  it("is one JSON object a line when asked for", () => {
    const { stderr } = run(`createLogger("json").warn({ pod: "web" }, "gone");`);
    expect(JSON.parse(stderr)).toMatchObject({ level: 40, msg: "gone", pod: "web" });
  });

  const HOSTILE = "\x1b[31m\u009b2J\u202egpj\u0007\r\n12:00:00 info  all is well";

  it("is one line, in which nothing steers the terminal that shows it", () => {
    const { stderr } = run(
      `createLogger("text").warn({ pod: ${JSON.stringify(HOSTILE)} }, ${JSON.stringify(HOSTILE)});`,
    );
    const marked = "⟨U+001B⟩[31m⟨U+009B⟩2J⟨U+202E⟩gpj⟨U+0007⟩ ↵ 12:00:00 info  all is well";
    expect(stderr.slice("00:00:00 ".length)).toBe(`warn  ${marked} pod=${marked}\n`);
  });

  it("has the value itself in JSON, and nothing in it steers a terminal either", () => {
    const { stderr } = run(`createLogger("json").warn(${JSON.stringify(`${HOSTILE} \u{E0041}`)});`);
    expect(stderr.trimEnd()).toMatch(/^[ -~]+$/);
    expect(JSON.parse(stderr).msg).toBe(`${HOSTILE} \u{E0041}`);
  });

  it("leaves stdout to the ready line", () => {
    expect(run(`createLogger("text").info("hello");`).stdout).toBe("");
  });

  it.skipIf(process.platform !== "linux")(
    "loses lines on a full disk, and nothing else (needs /dev/full)",
    () => {
      const full = openSync("/dev/full", "w");
      const script = `const log = createLogger("text"); for (let line = 0; line < 100; line += 1) log.info("line"); setTimeout(() => console.log("still serving"), 50);`;
      const { status, stdout } = run(script, full);
      expect({ status, stdout }).toEqual({ status: 0, stdout: "still serving\n" });
    },
  );

  it("does not take short words for secrets, and forgets the oldest of very many", () => {
    neverLog("short");
    expect(redact("short words stay")).toBe("short words stay");
    neverLog("the-first-of-many-secrets");
    for (let count = 0; count < 2_000; count += 1) neverLog(`rotated-token-${count}-end`);
    expect(redact("rotated-token-1999-end")).toBe("[redacted]");
    expect(redact("the-first-of-many-secrets")).toBe("the-first-of-many-secrets");
  });

  it.each([
    ["proxy http://bob:s3cr/et@proxy:3128 failed", "proxy http://***@proxy:3128 failed"],
    ["https://bob:a@b/c#d@host/x", "https://***@host/x"],
    ["https://token-alone@host", "https://***@host"],
    ["nor bob:p@ss@w0rd@proxy:3128 with", "nor ***@proxy:3128 with"],
    ["proxy=bob:s3cr/et@proxy.corp:8080/", "proxy=***@proxy.corp:8080/"],
    ["Bearer abc.def-ghi", "Bearer [redacted]"],
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln", "[redacted]"],
    ["at /x/-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- now", "at /x/[redacted] now"],
  ])("knows a secret by its shape: %s", (line, clean) => {
    expect(redact(line)).toBe(clean);
  });

  it.each([
    "open https://login.example/device?login_hint=ann@corp.example&code=1",
    "open https://login.example:8443/device?login_hint=ann%40corp.example",
    "open http://[::1]:8000/?login_hint=ann@corp.example",
    "registry/app:1.2@sha256:abcd for kubernetes-admin@kubernetes",
    "app:1.2@sha256:0123456789abcdef, user@host:6443 and localhost:5000/app:1@sha256:12345abc",
    "10:20:30 ann@corp.example:22",
  ])("leaves what is none: %s", (line) => {
    expect(redact(line)).toBe(line);
  });
});
