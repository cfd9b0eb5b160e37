import { describe, expect, it } from "vitest";
import { isMissingCommand, readRun, runRequests } from "./run-choice.ts";

describe("what is started in a container", () => {
  it("is a shell that is looked for twice at most, by the container's system", () => {
    expect(runRequests(undefined, false)).toEqual([{}, { shell: "/bin/sh" }]);
    expect(runRequests(undefined, true)).toEqual([{ shell: "powershell" }, { shell: "cmd" }]);
  });

  it("is what a person chose, and nothing else", () => {
    expect(runRequests({ kind: "shell", shell: "bash" }, false)).toEqual([{ shell: "bash" }]);
    expect(runRequests({ kind: "command", command: ["top", "-b"] }, true)).toEqual([
      { command: ["top", "-b"] },
    ]);
    expect(runRequests({ kind: "attach", stdin: true, tty: false }, false)).toEqual([
      { attach: true, stdin: true, tty: false },
    ]);
  });

  it.each([
    'exec: "sh": executable file not found in $PATH: unknown',
    'OCI runtime exec failed: exec failed: unable to start container process: exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown',
    "executable file `sh` not found in $PATH: No such file or directory",
    "hcs::System::CreateProcess app: The system cannot find the file specified.: unknown",
  ])("is known to be missing from what the runtime says: %s", (message) => {
    expect(isMissingCommand(message)).toBe(true);
  });

  it.each(["permission denied", 'container not found ("app")', "error dialing backend: EOF"])(
    "is not taken to be missing by %s",
    (message) => {
      expect(isMissingCommand(message)).toBe(false);
    },
  );

  it.each([
    undefined,
    null,
    7,
    "sh",
    {},
    { kind: "shell" },
    { kind: "command", command: [] },
    { kind: "command", command: [1] },
  ])("is nothing when the browser kept %j", (value) => {
    expect(readRun(value)).toBeUndefined();
  });
});
