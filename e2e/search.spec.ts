/** Search in a terminal, beside the longest lines there are: a result or a word, and a page that goes on. */
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

/** A person feels more than this (web.dev, RAIL). */
const FREEZE_MS = 100;

/** A freeze of ours comes each time, one of a busy machine does not. */
const ATTEMPTS = 5;

// Its snapshots of the page would be measured as well.
test.use({ trace: "off" });

/** From now on; a task of 50 ms and more is what browsers call long. */
function watchLongTasks(page: Page): Promise<void> {
  return page.evaluate(() => {
    const tasks: number[] = [];
    new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe({
      type: "longtask",
    });
    Object.assign(window, { longTasks: tasks });
  });
}

function longestTask(page: Page): Promise<number> {
  return page.evaluate(() =>
    Math.max(0, ...(window as unknown as { longTasks: number[] }).longTasks.splice(0)),
  );
}

for (const [what, size] of [
  ["a line of 380 KB", 380_000],
  ["a line of 780 KB", 780_000],
] as const) {
  test(`beside ${what} there is a result, and no freeze`, async ({ workbench, page }) => {
    const terminal = await workbench.openShell("shell");
    await terminal.run(`head -c ${size} /dev/zero | tr '\\0' x; echo; echo 'nee''dle'; echo en''d`);
    await terminal.untilText(/^end$/m, { timeout: 30_000 });
    await page.getByRole("button", { name: "Search in the terminal" }).click();
    const field = page.getByRole("textbox", { name: "Search in the terminal" });
    await expect(field).toBeFocused();
    const result = page.locator("search output");
    await watchLongTasks(page);

    const longest: number[] = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      await field.fill("needle");
      await expect(result).toHaveText("1 of 1");
      // As many as are counted, all of them in the long line.
      await field.fill("x");
      await expect(result).toHaveText("1000 of 1000+");
      await field.press("Enter");
      await expect(result).toHaveText("999 of 1000+");
      longest.push(await longestTask(page));
    }
    expect(Math.min(...longest)).toBeLessThan(FREEZE_MS);

    await page.getByRole("button", { name: "Regular expression" }).click();
    await field.fill("(x+x+)+y");
    await expect(result).toHaveText("too long to search");
    await field.fill("nee.le$");
    await expect(result).toHaveText("1 of 1");
  });
}

test("what is found is scrolled to and selected", async ({ workbench, page }) => {
  const terminal = await workbench.openShell("shell");
  await terminal.run("echo 日本-nee''dle; seq 300; echo en''d");
  await terminal.untilText(/^end$/m);
  await page.getByRole("button", { name: "Search in the terminal" }).click();
  await page.getByRole("textbox", { name: "Search in the terminal" }).fill("needle");
  await expect(page.locator("search output")).toHaveText("1 of 1");
  const selected = await terminal.host.locator("textarea").evaluate((input) => {
    const copy = new ClipboardEvent("copy", { clipboardData: new DataTransfer(), bubbles: true });
    input.dispatchEvent(copy);
    return copy.clipboardData?.getData("text/plain");
  });
  expect(selected).toBe("needle");
});
