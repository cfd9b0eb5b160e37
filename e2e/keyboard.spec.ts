/**
 * The page as it ships, told that it runs on each platform: xterm decides by that what Option, AltGr and Cmd mean. What
 * is typed is read back from the pod.
 */
import { expect, test } from "./fixtures.ts";
import { Keyboard, META, PLATFORMS, type Platform, SHIFT } from "./pages/keyboard.ts";
import { KEYBOARD_LAYOUTS } from "./pages/keyboard-layouts.ts";
import type { TerminalPage } from "./pages/terminal-page.ts";
import { WorkbenchPage } from "./pages/workbench-page.ts";

const PLATFORM_NAMES = Object.keys(PLATFORMS) as Platform[];

/** What xterm would put on the clipboard. */
function selection(terminal: TerminalPage): Promise<string> {
  return terminal.host.locator("textarea").evaluate((field) => {
    const copy = new ClipboardEvent("copy", {
      clipboardData: new DataTransfer(),
      bubbles: true,
      cancelable: true,
    });
    field.dispatchEvent(copy);
    return copy.clipboardData?.getData("text/plain") ?? "";
  });
}

for (const platform of PLATFORM_NAMES) {
  test(`on ${platform} every character of five layouts arrives in the pod`, async ({ page, porthole }) => {
    const keyboard = await Keyboard.of(page, platform);
    const workbench = new WorkbenchPage(page, porthole);
    await workbench.signIn();
    const terminal = await workbench.openShell("shell");
    await terminal.run("stty -echo; echo rea''dy; cat");
    await terminal.untilText(/^ready$/m);
    await terminal.focus();
    for (const layout of KEYBOARD_LAYOUTS) {
      await page.keyboard.type(`${layout.name}: `);
      const typed = await keyboard.typeLayout(layout);
      await page.keyboard.press("Enter");
      await expect.poll(() => terminal.text(), layout.name).toContain(`${layout.name}: ${typed}`);
    }
  });
}

test("Ctrl-V reaches the program; with Shift, and Shift-Insert, paste", async ({
  page,
  context,
  porthole,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const keyboard = await Keyboard.of(page, "Linux");
  const workbench = new WorkbenchPage(page, porthole);
  await workbench.signIn();
  const terminal = await workbench.openShell("shell");
  await terminal.run("stty -echo; echo rea''dy; cat -v");
  await terminal.untilText(/^ready$/m);
  await terminal.focus();
  // The tty takes the key after Ctrl-V as it is, here Ctrl-V itself.
  await keyboard.control("v");
  await keyboard.control("v");
  await page.keyboard.type(":sent");
  await page.keyboard.press("Enter");
  await terminal.untilText("^V:sent");
  await page.evaluate(() => navigator.clipboard.writeText("pasted"));
  await keyboard.control("v", true);
  await keyboard.chord("Insert", "Insert", SHIFT);
  await page.keyboard.press("Enter");
  await terminal.untilText(/^pastedpasted$/m);
});

test("on a Mac Cmd-A selects, Ctrl-V is the program's, and Option is Meta for who wants it", async ({
  page,
  porthole,
}) => {
  const keyboard = await Keyboard.of(page, "Mac");
  const workbench = new WorkbenchPage(page, porthole);
  await workbench.signIn();
  const terminal = await workbench.openShell("shell");
  await terminal.run("stty -echo; echo rea''dy; cat -v");
  await terminal.untilText(/^ready$/m);
  await terminal.focus();
  expect(await selection(terminal)).toBe("");
  await keyboard.chord("a", "KeyA", META);
  expect(await selection(terminal)).toContain("ready");

  await page.getByRole("button", { name: "Terminal menu" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Option is Meta" }).click();
  await terminal.focus();
  await keyboard.option("f", "ƒ");
  await keyboard.control("v");
  await keyboard.control("v");
  await page.keyboard.press("Enter");
  await terminal.untilText("^[f^V");
});

test("on Linux a middle click puts the input under the pointer, where the browser pastes", async ({
  page,
  porthole,
}) => {
  await Keyboard.of(page, "Linux");
  const workbench = new WorkbenchPage(page, porthole);
  await workbench.signIn();
  const terminal = await workbench.openShell("shell");
  const box = await terminal.host.boundingBox();
  if (!box) throw new Error("the terminal is not drawn");
  const [x, y] = [box.x + 200, box.y + 150];
  await page.mouse.click(x, y, { button: "middle" });
  const input = await terminal.host.locator("textarea").boundingBox();
  expect(Math.abs((input?.x ?? 0) + (input?.width ?? 0) / 2 - x)).toBeLessThan(20);
  expect(Math.abs((input?.y ?? 0) + (input?.height ?? 0) / 2 - y)).toBeLessThan(20);
});
