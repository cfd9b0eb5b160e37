import { describe, expect, it } from "vitest";
import { splitCommand } from "./split-command.ts";

describe("splitCommand", () => {
  it.each([
    ["", []],
    ["  top  -b ", ["top", "-b"]],
    [`psql -c 'select 1; -- "x"'`, ["psql", "-c", 'select 1; -- "x"']],
    [`sh -c "echo \\"$HOME\\" \\n"`, ["sh", "-c", 'echo "$HOME" \\n']],
    ["a\\ b c''d ''", ["a b", "cd", ""]],
    ["C:\\\\tools\\\\x.exe", ["C:\\tools\\x.exe"]],
  ])("reads %j as %j", (line, words) => {
    expect(splitCommand(line)).toEqual(words);
  });

  it.each(["echo 'a", 'echo "a', 'echo "a\\"'])("does not guess where a quote ends: %s", (line) => {
    expect(splitCommand(line)).toBeNull();
  });
});
