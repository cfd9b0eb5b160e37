/** threats.md A37: what the process list, /proc and a pod's log show of the launch token. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StartedProcess, type StartOptions } from "./started-process.fixture.ts";

const TOKEN = "s3cret-launch-token-of-a-test";
const OTHER_SECRET = "another-secret-of-the-person";
const CAN_READ_PROC = existsSync("/proc/self/environ");
const WAIT = { timeout: 10_000 };
/** Each is a start of Node that compiles the sources. */
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let running: StartedProcess | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "porthole-start-"));
});
afterEach(async () => {
  await running?.stop();
  running = null;
  rmSync(folder, { recursive: true });
});

async function start(flags: string[], options: StartOptions = {}): Promise<string> {
  running = new StartedProcess(["--demo", "--port", "0", ...flags], options);
  return await running.ready();
}

function proc(name: "cmdline" | "environ", pid = running!.pid): string {
  return readFileSync(`/proc/${pid}/${name}`, "utf8");
}

async function signsIn(url: string, token: string): Promise<void> {
  const answer = await fetch(new URL("/api/sessions", url), {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(answer.status).toBe(200);
}

describe.skipIf(!CAN_READ_PROC)("once it runs", () => {
  it.each([
    ["--token T", ["--no-open", "--token", TOKEN], {}, /--token .*use --token-file/],
    ["--token=T", ["--no-open", `--token=${TOKEN}`], {}, /--token .*use --token-file/],
    ["PORTHOLE_TOKEN", ["--no-open"], { PORTHOLE_TOKEN: TOKEN }, /use PORTHOLE_TOKEN_FILE/],
  ])("%s is in neither arguments nor environment, and is warned of", async (_way, flags, env, warning) => {
    const url = await start(flags, { env: { ...env, PERSONAL: OTHER_SECRET, LAST: OTHER_SECRET } });
    expect(url).toMatch(/\/#t=s3cret-launch-token-of-a-test$/);
    await signsIn(url, TOKEN);
    expect(proc("cmdline")).toContain("--demo");
    expect(proc("cmdline")).not.toContain(TOKEN);
    expect(proc("environ")).not.toContain(TOKEN);
    // A shell of a demo without namespaces reads it all.
    expect(proc("environ")).not.toContain(OTHER_SECRET);
    for (const task of execFileSync("ls", [`/proc/${running!.pid}/task`])
      .toString()
      .trim()
      .split("\n")) {
      expect(readFileSync(`/proc/${running!.pid}/task/${task}/environ`, "utf8")).not.toContain(TOKEN);
    }
    await vi.waitFor(() => expect(running!.output.stderr).toMatch(warning), WAIT);
    expect(running!.output.stderr).not.toContain(TOKEN);
  });

  it("a token of a file or of standard input is nowhere, and not warned of", async () => {
    const file = join(folder, "token");
    writeFileSync(file, `${TOKEN}\n`, { mode: 0o600 });
    for (const [flags, options] of [
      [["--token-file", file], {}],
      [["--token-file", "-"], { input: `${TOKEN}\n` }],
      [["--token-file", "/dev/stdin"], { input: TOKEN }],
      [[], { env: { PORTHOLE_TOKEN_FILE: file } }],
    ] as const) {
      const url = await start(["--no-open", ...flags], options);
      await signsIn(url, TOKEN);
      expect(proc("cmdline") + proc("environ")).not.toContain(TOKEN);
      const { stderr } = await running!.stop();
      expect(stderr).not.toMatch(/token/i);
    }
  });
});

/** A desktop's xdg-open that writes down what it is told and by whom it can be read. */
function fakeDesktop(): { env: Record<string, string>; told: string } {
  const bin = join(folder, "bin");
  const told = join(folder, "told");
  mkdirSync(bin);
  const program = join(bin, "xdg-open");
  const record = `{ cat /proc/$$/cmdline; echo; cat /proc/$$/environ; echo; printf '%s\\n' "$@"; } > ${told}.part`;
  writeFileSync(program, `#!/bin/sh\n${record}\nmv ${told}.part ${told}\n`);
  chmodSync(program, 0o755);
  const env = { PATH: `${bin}:${process.env.PATH}`, DISPLAY: ":99", HOME: folder, XDG_RUNTIME_DIR: folder };
  return { env, told };
}

describe.skipIf(process.platform !== "linux")("the browser", () => {
  it("is given a page of the person's own, and no link with the token", async () => {
    const { env, told } = fakeDesktop();
    const [stale, foreign] = [join(folder, "porthole-open-stale"), join(folder, "porthole-open-foreign")];
    for (const [left, file] of [
      [stale, "porthole.html"],
      [foreign, "thesis.html"],
    ] as const) {
      mkdirSync(left);
      writeFileSync(join(left, file), "");
      utimesSync(left, 0, 0);
    }
    const url = await start([], { env: { ...env, PORTHOLE_TOKEN: TOKEN } });
    await vi.waitFor(() => expect(existsSync(told)).toBe(true), WAIT);
    const said = readFileSync(told, "utf8");
    expect(said).not.toContain(TOKEN);
    const address = said.trimEnd().split("\n").at(-1)!;
    expect(address).toMatch(/^file:\/\//);
    const page = fileURLToPath(address);
    expect(statSync(page).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(page)).mode & 0o777).toBe(0o700);
    expect(readFileSync(page, "utf8")).toContain(new URL(url).origin);
    expect([existsSync(stale), existsSync(foreign)]).toEqual([false, true]);
    await running!.stop();
    expect(existsSync(dirname(page))).toBe(false);
  });
});

describe("in a cluster", () => {
  const env = { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443" };

  it("the token is in a file of its own, and not in the log", async () => {
    // As a start leaves it that was killed; in a container the next one has its number.
    mkdirSync(join(folder, "state"));
    writeFileSync(join(folder, "state", "launch-token"), "older", { mode: 0o644 });
    const url = await start(["--no-open", "--state-dir", join(folder, "state")], { env });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const file = join(folder, "state", "launch-token");
    await vi.waitFor(() => expect(running!.output.stderr).toContain(file), WAIT);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const token = readFileSync(file, "utf8").trim();
    await signsIn(url, token);
    const { stdout, stderr } = await running!.stop();
    expect(stdout + stderr).not.toContain(token);
  });

  it("a token that was given is not printed either", async () => {
    const url = await start(["--no-open", "--token-file", "-"], { env, input: TOKEN });
    await signsIn(url, TOKEN);
    const { stdout, stderr } = await running!.stop();
    expect(stdout + stderr).not.toContain(TOKEN);
  });

  it("a token that would reach nobody is a refusal", async () => {
    const flags = ["--demo", "--port", "0", "--no-open"];
    const home = { ...env, HOME: "/proc/nothing" };
    const { code, stdout, stderr } = await new StartedProcess(flags, { env: home }).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^porthole: in a cluster [^\n]*--token-file[^\n]*\n$/);
  });
});

it.skipIf(!existsSync("/dev/full"))("serves also where nobody can read the ready line", async () => {
  const full = openSync("/dev/full", "w");
  running = new StartedProcess(["--demo", "--port", "0", "--no-open"], { stdout: full });
  closeSync(full);
  await vi.waitFor(
    () => expect(running!.output.stderr).toMatch(/ready line could not be written \(ENOSPC\)/),
    WAIT,
  );
  await vi.waitFor(() => expect(running!.output.stderr).toMatch(/demo cluster/), WAIT);
  expect((await running.stop()).code).toBe(0);
});
