/** A person at a shell in the demo cluster. */
import { createHash } from "node:crypto";
import { expect, test } from "./fixtures.ts";
import { SessionFrames } from "./pages/session-frames.ts";

const LARGE_BYTES = 10 * 1024 * 1024;
const LARGE_TIMEOUT_MS = 60_000;
const INTERRUPTED = 130;

test("what is typed in a shell is answered", async ({ workbench }) => {
  const terminal = await workbench.openShell("shell");
  await terminal.run('echo "answer: $((40 + 2))"');
  await terminal.untilText("answer: 42");
});

test("the shell knows the size of its window, also after it was resized", async ({ workbench, page }) => {
  const frames = new SessionFrames(page);
  const terminal = await workbench.openShell("shell");
  // Asked until both agree: the page tells the last of several sizes a moment after the window has settled.
  const expectSize = () =>
    expect(async () => {
      await terminal.run("clear; stty size");
      await terminal.untilText(new RegExp(`^${frames.lastSize()}$`, "m"), { timeout: 1_000 });
    }).toPass({ timeout: 20_000 });
  await expectSize();
  const first = frames.lastSize();
  await page.setViewportSize({ width: 1000, height: 600 });
  await expect.poll(() => frames.lastSize()).not.toBe(first);
  await expectSize();
});

test("letters of any script are typed into a shell whose image names no locale, and listed", async ({
  workbench,
}) => {
  const terminal = await workbench.openShell("shell");
  await terminal.run("echo [née-日本]; touch größe; ls gr*; echo $LANG$LC_CTYPE-$COLORTERM");
  await terminal.untilText(/^\[née-日本\]$/m);
  await terminal.untilText(/^größe$/m);
  await terminal.untilText(/^C\.UTF-8-truecolor$/m);
});

test("Ctrl-C interrupts what runs", async ({ workbench }) => {
  const terminal = await workbench.openShell("shell");
  await terminal.run("echo begin-$((1 + 1)); sleep 1000");
  await terminal.untilText("begin-2");
  await terminal.press("Control+c");
  await terminal.run('echo "status: $?"');
  await terminal.untilText(`status: ${INTERRUPTED}`);
});

test("the exit code of a shell is shown", async ({ workbench, page }) => {
  const terminal = await workbench.openShell("shell");
  await terminal.run("exit 3");
  await expect(page.getByText(/exit (code )?3\b/).first()).toBeVisible();
});

test("10 MB of random output arrive whole", async ({ workbench, page }) => {
  test.setTimeout(LARGE_TIMEOUT_MS * 2);
  const frames = new SessionFrames(page);
  const terminal = await workbench.openShell("shell");
  await terminal.run(`head -c ${LARGE_BYTES} /dev/urandom | base64 > large`);
  await terminal.run("sha256sum < large");
  await expect.poll(() => terminal.text()).toMatch(/^[0-9a-f]{64} {2}-$/m);
  const sent = /^([0-9a-f]{64}) {2}-$/m.exec(await terminal.text())?.[1];

  // Without -opost the tty would put a carriage return before each line feed. The marks are written so that the
  // echo of the command line does not hold them.
  await terminal.run("stty -opost; printf 'BE''GIN;'; cat large; printf ';E''ND'; stty opost; echo");
  await expect.poll(() => frames.bytes().includes(";END"), { timeout: LARGE_TIMEOUT_MS }).toBe(true);
  const bytes = frames.bytes();
  const received = bytes.subarray(bytes.indexOf("BEGIN;") + "BEGIN;".length, bytes.lastIndexOf(";END"));
  expect(createHash("sha256").update(received).digest("hex")).toBe(sent);

  // What the page received it also shows, to the last line.
  const lastLine = received.toString("latin1").trimEnd().split("\n").at(-1) ?? "missing";
  await terminal.untilText(lastLine, { timeout: LARGE_TIMEOUT_MS });
});

test("emoji and CJK arrive whole when their bytes come in different frames", async ({ workbench, page }) => {
  const frames = new SessionFrames(page);
  const terminal = await workbench.openShell("shell");
  const bytes = [...Buffer.from("日本🚀語")].map((byte) => `\\\\${byte.toString(8)}`);
  await terminal.run(`for b in ${bytes.join(" ")}; do printf "$b"; sleep 0.03; done; printf ':e''nd\\n'`);
  await terminal.untilText("日本🚀語:end");
  // The test means something only if a character was really split.
  const cut = (payload: Uint8Array) => Buffer.from(payload).toString("utf8").includes("\ufffd");
  expect(frames.output.some(cut)).toBe(true);

  // And where a full frame cuts through a character.
  await terminal.run("yes '日本語のテスト🚀' | head -n 20000; printf 'flood:e''nd\\n'");
  await terminal.untilText("flood:end");
  expect(await terminal.text()).not.toContain("\ufffd");
});

test("a second tab holds a second shell", async ({ workbench }) => {
  const first = await workbench.openShell("shell");
  await first.run("mine=first; echo set-$((1 + 1))");
  await first.untilText("set-2");
  const second = await workbench.openShell("web");
  await second.run('echo "second sees <$mine>"');
  await second.untilText("second sees <>");

  await expect(workbench.tabs).toHaveCount(2);
  await workbench.tabs.first().click();
  const again = workbench.visibleTerminal();
  await again.run('echo "first sees <$mine>"');
  await again.untilText("first sees <first>");
});

test("a reload brings the same shell back, with its screen", async ({ workbench, page, porthole }) => {
  const terminal = await workbench.openShell("shell");
  await terminal.run("kept=across-the-reload; echo before-$((1 + 1))");
  await terminal.untilText("before-2");
  await page.reload();
  await workbench.untilPods();
  const again = workbench.visibleTerminal();
  await again.untilText("before-2");
  await again.run('echo "kept: $kept"');
  await again.untilText("kept: across-the-reload");
  const { sessions } = await porthole.api<{ sessions: unknown[] }>("GET", "/api/sessions");
  expect(sessions).toHaveLength(1);
});

test("a context that may not exec shows why", async ({ workbench, page }) => {
  await workbench.goToCluster("demo-viewer");
  const row = await workbench.select("shell");
  await expect(row.getByText(/create pods\/exec/)).toBeVisible();
  await row.getByRole("button", { name: "Shell", exact: true }).click({ force: true });
  await expect(page.getByTestId("terminal")).toHaveCount(0);
});
