import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SHELL_ENVIRONMENT, shellCommand } from "./session-target.ts";

/** What a container may have for /bin/sh. */
const SHELLS = [["/bin/sh"], ["/bin/dash"], ["/bin/bash"], ["/bin/busybox", "sh"]].filter(([file = ""]) =>
  existsSync(file),
);

/** Runs it as the runtime would, in a container that has nothing but a shell: no `env`, no PATH. */
function environmentIn(shell: readonly string[], env: Record<string, string>): string {
  const [file = "", ...args] = shell;
  const child = `exec ${shell.join(" ")} -c 'echo "$TERM $COLORTERM \${LC_CTYPE-unset}"'`;
  return execFileSync(file, [...args, "-c", `${SHELL_ENVIRONMENT} ${child}`], {
    env: { PATH: "/nowhere", HOME: "/nowhere", ...env },
    encoding: "utf8",
    // A bash that reads from a socket takes itself for rshd's, and reads .bashrc.
    stdio: ["ignore", "pipe", "inherit"],
  }).trim();
}

describe.each(SHELLS)("a shell's environment, by %s", (...shell) => {
  it("names a character set where nothing does", () => {
    expect(environmentIn(shell, {})).toMatch(/^xterm-256color truecolor (C|en_US)\.UTF-8$/);
    expect(environmentIn(shell, { LANG: "" })).toMatch(/UTF-8$/);
  });

  it.each<Record<string, string>>([{ LANG: "de_DE.UTF-8" }, { LC_ALL: "POSIX" }])(
    "leaves %o as the image set it",
    (env) => {
      expect(environmentIn(shell, env)).toBe("xterm-256color truecolor unset");
    },
  );

  it("leaves a character set as the image set it", () => {
    expect(environmentIn(shell, { LC_CTYPE: "ja_JP.eucJP" })).toBe("xterm-256color truecolor ja_JP.eucJP");
  });
});

describe("the shell that is asked for", () => {
  let bin: string;

  beforeAll(() => {
    bin = mkdtempSync(join(tmpdir(), "porthole-shells-"));
    writeFileSync(join(bin, "bash"), "#!/bin/sh\necho the bash on the PATH\n");
    chmodSync(join(bin, "bash"), 0o755);
  });
  afterAll(() => rmSync(bin, { recursive: true }));

  it("is found along the container's PATH, wherever that is", () => {
    const [file, flag, script] = shellCommand();
    expect([file, flag]).toEqual(["sh", "-c"]);
    expect(script?.startsWith(SHELL_ENVIRONMENT)).toBe(true);
  });

  it("becomes the bash of the PATH", () => {
    const [, ...args] = shellCommand();
    const env = { PATH: bin } as NodeJS.ProcessEnv;
    expect(execFileSync("/bin/sh", args, { env, encoding: "utf8" })).toBe("the bash on the PATH\n");
  });

  it("is asked in the same way for a bash when it is named by its path", () => {
    expect(shellCommand("/bin/sh")).toEqual(["/bin/sh", ...shellCommand().slice(1)]);
  });

  it.each(["bash", "/bin/bash"])("has the environment as well when it is %s", (shell) => {
    const [file = "", ...args] = shellCommand(shell);
    const env = { PATH: "/usr/bin:/bin", HOME: "/nowhere" } as NodeJS.ProcessEnv;
    const input = 'echo "$0 $LC_CTYPE"\n';
    expect(execFileSync(file, args, { env, input, encoding: "utf8" }).trim()).toMatch(
      new RegExp(`^${shell} (C|en_US)\\.UTF-8$`),
    );
  });

  it.each([
    ["fish", ["fish"]],
    ["powershell", ["powershell", "-NoLogo"]],
    ["cmd", ["cmd"]],
  ])("is started as it is when it is %s", (shell, command) => {
    expect(shellCommand(shell)).toEqual(command);
  });
});
