import { describe, expect, it } from "vitest";
import type { DoctorStep } from "#protocol/doctor.ts";
import { type Output, StepPrinter } from "./print-steps.ts";

const STEP: DoctorStep = {
  name: "exec-websocket",
  title: "Exec over WebSocket",
  result: "failed",
  tried: "something",
  found: "nginx answered 400 in the API server's place.",
  hop: "Porthole → nginx → the API server",
  change: "Let nginx pass Upgrade on.",
  configuration: "nginx between Porthole and the API server",
  ms: 3,
};

function printed(steps: DoctorStep[], options: Partial<Output> = {}): string {
  let text = "";
  const write = (more: string) => {
    text += more;
  };
  const printer = new StepPrinter({ write, terminal: false, colors: false, columns: 80, ...options });
  for (const step of steps) printer.print(step);
  return text;
}

describe("findings as text", () => {
  it("say where it fails, what to change, and where the configuration stands", () => {
    expect(printed([STEP]).split("\n")).toEqual([
      "  failed   Exec over WebSocket         nginx answered 400 in the API server's place.",
      `${" ".repeat(39)}where   Porthole → nginx → the API server`,
      `${" ".repeat(39)}change  Let nginx pass Upgrade on.`,
      `${" ".repeat(39)}see     docs/proxies.md, "nginx between Porthole and the API server"`,
      "",
    ]);
  });

  it("tell of a running step on a terminal only, in a line that is written over", () => {
    const running: DoctorStep = { ...STEP, result: "running", found: "" };
    expect(printed([running])).toBe("");
    const both = printed([running, STEP], { terminal: true, columns: 120 });
    expect(both).toContain("something\r\x1b[K  failed");
  });

  it("are folded to the terminal's width", () => {
    const lines = printed([{ ...STEP, found: "word ".repeat(40).trim() }], { terminal: true, columns: 100 });
    for (const line of lines.replaceAll("\r\x1b[K", "").split("\n"))
      expect(line.length).toBeLessThanOrEqual(100);
  });

  it("cannot steer the terminal, whatever a server sent", () => {
    const found = "said \x1b]52;c;AAAA\x07 and \u202e backwards";
    const text = printed([{ ...STEP, found }]);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).toContain("said ]52;c;AAAA and backwards");
  });
});
