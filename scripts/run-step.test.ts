import { describe, expect, it } from "vitest";
import { nodeVersionProblem } from "./node-version.mjs";
import { runStep } from "./run-step.mjs";

const node = (code: string) => [process.execPath, "-e", code];

describe("runStep", () => {
  it("keeps what the program printed on both streams", async () => {
    const result = await runStep(node('console.log("out"); console.error("err"); process.exit(3)'));
    expect(result).toMatchObject({ ok: false, outcome: "ended with status 3" });
    expect(result.output.split("\n").sort()).toEqual(["err", "out"]);
  });

  it("keeps the first and the last lines of a long output", async () => {
    const { ok, output } = await runStep(node('for (let i = 1; i <= 100000; i++) console.log("line " + i)'));
    expect(ok).toBe(true);
    const lines = output.split("\n");
    expect(lines[0]).toBe("line 1");
    expect(lines).toContain("…");
    expect(lines.at(-1)).toBe("line 100000");
    expect(lines.length).toBeLessThan(100);
  });

  it("stops a program, with what that started, when its time is up", async () => {
    const code = [
      'const { spawn } = require("node:child_process");',
      'spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });',
      "setInterval(() => {}, 1000);",
    ].join("\n");
    // The step ends when every holder of its output has ended, the grandchild too.
    const result = await runStep(node(code), { timeoutMs: 300 });
    expect(result.ok).toBe(false);
    expect(result.outcome).toMatch(/^was stopped after/);
  });

  it("says that a program is not there", async () => {
    const { ok, outcome } = await runStep(["/nowhere/program"]);
    expect(ok).toBe(false);
    expect(outcome).toMatch(/could not be started: .*ENOENT/);
  });
});

describe("nodeVersionProblem", () => {
  it.each(["20.19.0", "20.20.2", "22.0.0", "24.1.0"])("accepts Node %s", (version) => {
    expect(nodeVersionProblem(">=20.19", version)).toBeNull();
  });

  it.each(["18.20.0", "20.18.3", "14.0.0"])(
    "refuses Node %s in one line that names both versions",
    (version) => {
      expect(nodeVersionProblem(">=20.19", version)).toBe(
        `Porthole needs Node 20.19 or newer; this is Node ${version}.`,
      );
    },
  );
});
