/** Names and logs that try to look like others: an API server, or who may name things in it, is not to be believed. */
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

const HOSTILE = "check\u202etuo\u200b";
const LOG = [
  "2026-11-20T10:00:00.000000000Z user=\u202eadmin\u202c granted",
  "2026-11-20T10:00:01.000000000Z زمن الاستجابة 42 مللي ثانية",
  "2026-11-20T10:00:02.000000000Z \u001b[31mשגיאה\u001b[0m בשרת web-0",
  "2026-11-20T10:00:03.000000000Z zero\u200bwidth and 👩\u200d💻",
].join("\n");

/** The demo's pods, one of them under a name that is none, and a log that nobody's program wrote. */
async function deceive(page: Page): Promise<void> {
  await page.route(/\/api\/v1\/(namespaces\/[^/]+\/)?pods\?/, async (route) => {
    if (route.request().url().includes("watch=")) return route.abort();
    const response = await route.fetch();
    const body = (await response.text()).replaceAll(
      '"name":"checkout"',
      JSON.stringify({ name: HOSTILE }).slice(1, -1),
    );
    await route.fulfill({ response, body });
  });
  await page.route(/\/log\?/, (route) => route.fulfill({ contentType: "text/plain", body: `${LOG}\n` }));
}

/** What a person sees of an element: a mark is drawn by the sheet, and no part of its text. */
function seen(page: Page, selector: string) {
  return page.locator(selector).evaluateAll((elements) =>
    elements.map((element) => {
      const walk = (node: Node): string => {
        if (node instanceof HTMLElement && node.dataset.hidden) {
          const drawn = getComputedStyle(node, "::before").content;
          return drawn === `"${node.dataset.hidden}"` ? node.dataset.hidden : "not drawn";
        }
        return node.nodeType === Node.TEXT_NODE
          ? (node.textContent ?? "")
          : [...node.childNodes].map(walk).join("");
      };
      return walk(element);
    }),
  );
}

test("a name that would read backwards is shown with marks", async ({ page, porthole, workbench }) => {
  await deceive(page);
  await page.goto(`${porthole.origin}/?cluster=demo`);
  await workbench.untilPods();
  const rows = '[role="row"] .font-mono';
  await expect.poll(() => seen(page, rows)).toContain("check⟨U+202E⟩tuo⟨U+200B⟩");
  await expect(page.getByTitle("check⟨U+202E⟩tuo⟨U+200B⟩")).toBeVisible();
});

test("a log shows marks, keeps what is written from the right readable, and copies the original", async ({
  page,
  workbench,
}) => {
  await deceive(page);
  const row = await workbench.select("shell");
  await row.getByRole("button", { name: "Logs" }).click();
  const log = page.getByRole("log");
  await expect(log).toContainText("granted");
  expect(await seen(page, '[role="log"] [data-index] > bdi')).toEqual([
    "user=⟨U+202E⟩admin⟨U+202C⟩ granted",
    "زمن الاستجابة 42 مللي ثانية",
    "שגיאה בשרת web-0",
    "zero⟨U+200B⟩width and 👩\u200d💻",
  ]);
  const selected = await page.evaluate(() => {
    getSelection()?.selectAllChildren(document.querySelector('[role="log"] [data-index="0"] > bdi') as Node);
    return String(getSelection());
  });
  expect(selected).toBe("user=\u202eadmin\u202c granted");
  // From the right, each line by its own first letter: the error stands right of what it is about.
  const [error, place] = await log
    .locator('[data-index="2"] [data-part]')
    .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().left));
  expect(error).toBeGreaterThan(place ?? 0);
});

test("a search in a log and its colours take no mark away", async ({ page, workbench }) => {
  const raw = "\u001b[32muser=\u202eadmin\u001b[0m\u202c granted \u001b]0;tit";
  await page.route(/\/log\?/, (route) =>
    route.fulfill({ contentType: "text/plain", body: `2026-11-20T10:00:00.000000000Z ${raw}\n` }),
  );
  const row = await workbench.select("shell");
  await row.getByRole("button", { name: "Logs" }).click();
  const log = page.getByRole("log");
  await expect(log).toContainText("granted");
  await log.focus();
  await page.keyboard.press("Control+f");
  await page.keyboard.type("n\u202c g");
  await expect(log.locator("mark").first()).toBeVisible();
  expect(await seen(page, '[role="log"] [data-index] > bdi')).toEqual([
    "user=⟨U+202E⟩admin⟨U+202C⟩ granted ",
  ]);
});
