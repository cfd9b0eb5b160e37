/** The terminal comes first: its columns at each width, panels that fold by themselves, and what is never cut off. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import type { WorkbenchPage } from "./pages/workbench-page.ts";

const HEIGHT = 900;
/** From a small phone to a large screen, with both sides of each width at which something folds. */
const WIDTHS = [320, 360, 390, 480, 600, 699, 700, 720, 768, 880, 900, 1024, 1130, 1280, 1440, 1920, 2560];

/** As the program in the pod has them. */
async function columns(workbench: WorkbenchPage): Promise<number> {
  const terminal = workbench.visibleTerminal();
  const mark = `size-${Math.random().toString(36).slice(2)}`;
  await terminal.run(`echo "${mark}" $(stty size)`);
  const line = new RegExp(`^${mark} \\d+ (\\d+)$`, "m");
  await terminal.untilText(line);
  return Number(line.exec(await terminal.text())?.[1]);
}

/** What reaches past the window, or past an edge that cuts it off, other than text that says so with its dots. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
    for (const element of document.querySelectorAll<HTMLElement>("body *")) {
      const box = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      if (box.width === 0 || box.height === 0 || style.visibility === "hidden") continue;
      if (
        element.closest(
          '.sr-only, .truncate, [role="tablist"], .xterm-helpers, .xterm-char-measure-element, canvas',
        )
      )
        continue;
      if (box.left < -1 || box.right > innerWidth + 1)
        found.push(`${element.tagName} ${element.className} ${box.left} to ${box.right}`);
    }
    // xterm's own grid is as wide as its columns, whatever holds it.
    const screen = document.querySelector('[role="tabpanel"]:not([hidden]) .xterm-screen');
    const host = screen?.closest('[data-testid="terminal"]');
    if (screen && host && screen.getBoundingClientRect().right > host.getBoundingClientRect().right + 1)
      found.push("the terminal's columns");
    return found;
  });
}

for (const [width, least] of [
  [720, 80],
  [1024, 80],
  [1280, 80],
  [1440, 80],
  // All of a phone, in its larger letters of a finger's width.
  [390, 44],
] as const) {
  test(`a terminal has at least ${least} columns at ${width} px, with a forward beside it`, async ({
    workbench,
    porthole,
    page,
  }) => {
    await page.setViewportSize({ width, height: HEIGHT });
    const body = { cluster: "demo", namespace: "default", kind: "Pod", name: "web", port: 8080 };
    await porthole.api("POST", "/api/forwards", body);
    await page.reload();
    await workbench.untilPods();
    await workbench.openShell("shell");
    expect(await columns(workbench)).toBeGreaterThanOrEqual(least);
  });
}

test("nothing is cut off at any width, with and without a terminal", async ({ workbench, page }) => {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    expect(await cutOff(page), `start page at ${width}`).toEqual([]);
  }
  await workbench.openShell("shell");
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    // The terminal takes its new size once the window has settled.
    await expect.poll(() => cutOff(page), { message: `terminal at ${width}` }).toEqual([]);
  }
});

test.describe("in half a screen", () => {
  test.use({ viewport: { width: 720, height: HEIGHT } });

  test("the pods are a drawer over the terminal, opened and closed by keyboard", async ({
    workbench,
    page,
  }) => {
    await workbench.openShell("shell");
    await expect(workbench.pods).toBeHidden();
    await page.keyboard.press("Control+Shift+B");
    await expect(workbench.filter).toBeFocused();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.keyboard.press("Control+Shift+B");
    await expect(workbench.pods).toBeHidden();
    await expect(workbench.visibleTerminal().host.locator("textarea")).toBeFocused();

    await page.getByRole("button", { name: "Pods panel" }).click();
    await page.keyboard.type("side");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await expect(workbench.pods).toBeHidden();

    await page.getByRole("button", { name: "Pods panel" }).click();
    await page.keyboard.type("shell");
    await expect(workbench.pod("shell")).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("Enter");
    await expect(workbench.tabs).toHaveCount(2);
    await expect(workbench.pods).toBeHidden();
  });

  test("forwards out of sight are counted on the button that shows them", async ({
    workbench,
    porthole,
    page,
  }) => {
    const body = { cluster: "demo", namespace: "default", kind: "Pod", name: "web", port: 8080 };
    await porthole.api("POST", "/api/forwards", body);
    await page.reload();
    await workbench.untilPods();
    await expect(workbench.forwards.cards).toHaveCount(0);
    const button = page.getByRole("button", { name: "Forwards panel, 1 forward" });
    await expect(button).toContainText("1");
    await button.click();
    await expect(workbench.forwards.card("web : 8080")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(workbench.forwards.cards).toHaveCount(0);
  });
});

test("a window that was narrow for a while looks as the person had arranged it", async ({
  workbench,
  page,
}) => {
  await page.getByRole("button", { name: "Forwards panel" }).click();
  const forwards = page.getByRole("region", { name: "Forwards" });
  await expect(forwards).toBeVisible();
  const splitter = page.getByRole("separator", { name: "Width of the pods" });
  await splitter.focus();
  await page.keyboard.press("ArrowRight");
  await expect(splitter).toHaveAttribute("aria-valuenow", "332");
  await workbench.openShell("shell");

  await page.setViewportSize({ width: 720, height: HEIGHT });
  await expect(forwards).toBeHidden();
  await expect(workbench.pods).toBeHidden();
  await page.setViewportSize({ width: 1440, height: HEIGHT });
  await expect(forwards).toBeVisible();
  await page.reload();
  await expect(forwards).toBeVisible();
  await expect(splitter).toHaveAttribute("aria-valuenow", "332");
});

test("a key leaves the terminal alone on the page, over a reload, and brings both panels back", async ({
  workbench,
  page,
}) => {
  await workbench.openShell("shell");
  const before = await columns(workbench);
  await page.keyboard.press("Control+Shift+B");
  await expect(workbench.pods).toBeHidden();
  await expect.poll(() => columns(workbench)).toBeGreaterThan(before + 30);
  await page.reload();
  await workbench.visibleTerminal().untilText("size-");
  await expect(workbench.pods).toBeHidden();
  await page.keyboard.press("Control+Shift+B");
  await expect(workbench.pods).toBeVisible();
});
