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
});
