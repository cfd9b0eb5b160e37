/** A log as a person reads it: searched by keyboard, kept as a file, for a screen reader, on a phone. */
import { readFile } from "node:fs/promises";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import type { WorkbenchPage } from "./pages/workbench-page.ts";

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };

async function openLog(workbench: WorkbenchPage, page: Page) {
  await workbench.select("shell");
  await page.keyboard.press("l");
  const log = page.getByRole("log", { name: "Log" });
  await expect(log).toContainText("tick");
  return log;
}

test("text is found in a log by keyboard alone, and the log is kept as a file", async ({
  workbench,
  page,
}) => {
  const log = await openLog(workbench, page);
  await log.focus();
  await page.keyboard.press("Control+f");
  await expect(page.getByRole("textbox", { name: "Search in the log" })).toBeFocused();
  await page.keyboard.type("TICK 1");
  const count = page.locator("search output");
  await expect(count).toHaveText(/^(\d+) of \1$/);
  await page.keyboard.press("Shift+Enter");
  // Past the last comes the first.
  await expect(count).toHaveText(/^1 of \d+$/);
  await expect(log.locator("mark").first()).toHaveText("tick 1");
  await page.keyboard.press("Escape");
  await expect(log).toBeFocused();
  await expect(log.locator("mark")).toHaveCount(0);

  await page.getByRole("button", { name: "More of the log" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "Download the log" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^shell_\w+_\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.log$/);
  expect(await readFile(await download.path(), "utf8")).toMatch(/^tick 0\ntick 1\n/);
});

for (const viewport of [DESKTOP, PHONE]) {
  test.describe(`${viewport.width}x${viewport.height}`, () => {
    test.use({ viewport });

    test("axe finds nothing in a log, nor in its search", async ({ workbench, page }) => {
      const log = await openLog(workbench, page);
      await expect(log).toBeInViewport();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await page.getByRole("button", { name: "Search", exact: true }).click();
      await page.keyboard.type("tick");
      await expect(page.locator("search output")).toHaveText(/of/);
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    });
  });
}
