/** The page around the terminals: by keyboard alone, on a phone, for a screen reader, and its weight. */
import { AxeBuilder } from "@axe-core/playwright";
import { SCRIPT_BUDGET_BYTES } from "../scripts/page-scripts.mjs";
import { expect, test } from "./fixtures.ts";

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1440, height: 900 };

test("a shell can be found, opened, used and left by keyboard alone", async ({ workbench, page }) => {
  await page.keyboard.press("/");
  await expect(workbench.filter).toBeFocused();
  await page.keyboard.type("shel");
  await expect(workbench.pod("shell")).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  const terminal = workbench.visibleTerminal();
  await terminal.untilPrompt();
  // No click and no focus(): the terminal that was opened has the keyboard.
  await page.keyboard.type("echo typed-$((40 + 2))");
  await page.keyboard.press("Enter");
  await terminal.untilText("typed-42");

  await page.keyboard.press("Control+Shift+E");
  await expect(terminal.host.locator("textarea")).not.toBeFocused();
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog");
  await expect(palette).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(palette).toBeHidden();
});

test("arrow keys move through the pods", async ({ workbench, page }) => {
  await workbench.filter.focus();
  await page.keyboard.press("ArrowDown");
  const selected = workbench.pods.locator('[aria-selected="true"]');
  await expect(selected).toHaveCount(1);
  const first = await selected.getAttribute("id");
  await page.keyboard.press("ArrowDown");
  await expect(selected).not.toHaveAttribute("id", first ?? "");
});

for (const colorScheme of ["dark", "light"] as const) {
  for (const viewport of [DESKTOP, PHONE]) {
    test.describe(`${colorScheme}, ${viewport.width}x${viewport.height}`, () => {
      test.use({ colorScheme, viewport });

      test("axe finds nothing, before and after a terminal is open", async ({ workbench, page }) => {
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
        await workbench.openShell("shell");
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      });
    });
  }
}

test.describe("on a phone", () => {
  test.use({ viewport: PHONE, hasTouch: true, isMobile: true });

  test("one thing is shown at a time, and the keys a phone lacks are there", async ({ workbench, page }) => {
    const terminal = await workbench.openShell("shell");
    await expect(workbench.pods).toBeHidden();
    await terminal.run("sleep 1000");
    await page.getByRole("button", { name: "Control, for the next key" }).click();
    await terminal.type("c");
    await terminal.run("echo back-$((1 + 1))");
    await terminal.untilText("back-2");
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wider).toBeLessThanOrEqual(0);
  });
});

test("the scripts up to the first terminal stay within their budget", async ({ workbench, page }) => {
  await workbench.openShell("shell");
  const bytes = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map((entry) => entry as PerformanceResourceTiming)
      .filter(({ name }) => new URL(name).pathname.endsWith(".js"))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  );
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThanOrEqual(SCRIPT_BUDGET_BYTES);
});

test("a link without a valid token asks for one instead of showing pods", async ({ browser, porthole }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${porthole.origin}/#t=${"x".repeat(43)}`);
  await expect(page.getByRole("grid", { name: "Pods" })).toHaveCount(0);
  await expect(page.getByText(/token|link/i).first()).toBeVisible();
  await context.close();
});
