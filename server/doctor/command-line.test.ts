import { describe, expect, it } from "vitest";
import { readCommandLine, UsageError } from "./command-line.ts";

describe("the flags of the doctor", () => {
  it("all have defaults", () => {
    expect(readCommandLine([])).toEqual({ idleSeconds: 60, json: false, help: false });
  });

  it("name the way that is tried", () => {
    const argv = ["--context", "c", "--namespace", "n", "--pod", "p", "--container", "x", "--idle", "0"];
    expect(readCommandLine(argv)).toMatchObject({
      ...{ context: "c", namespace: "n", pod: "p", container: "x", idleSeconds: 0 },
    });
  });

  it.each([
    [["--idle", "601"], /--idle is a number of seconds from 0 to 600, not 601/],
    [["--idle", "soon"], /not soon/],
    [["--contxt", "c"], /Unknown option '--contxt'; see --help/],
    [["--container", "c"], /--container needs --pod/],
    [["stray"], /see --help/],
  ])("%j are refused in one line", (argv, words) => {
    expect(() => readCommandLine(argv)).toThrow(UsageError);
    expect(() => readCommandLine(argv)).toThrow(words);
  });
});
