/** Links, tabs, keys and leaving, as a person meets them: rows A17, A18 and A35 of docs/threats.md. */
import type { Page } from "@playwright/test";
import type { LaunchLink } from "#protocol/api.ts";
import { expect, test } from "./fixtures.ts";
import { WorkbenchPage } from "./pages/workbench-page.ts";
import { PortholeProcess } from "./porthole-process.ts";

/** What a guesser's address waits at most, and a slow machine. */
const LONGEST_WAIT_MS = 40_000;
const KEY = /^[\w-]{43}$/;
const keyOf = (page: Page) => page.evaluate(() => localStorage.getItem("porthole.key"));
const signInPage = (page: Page) => page.getByRole("heading", { name: "Sign in" });

async function signOut(page: Page): Promise<void> {
  await page.keyboard.press("Control+K");
  await page.keyboard.type("sign out");
  await page.keyboard.press("Enter");
  const question = page.getByRole("dialog", { name: "Sign out?" });
  await expect(question.getByRole("button", { name: "Stay signed in" })).toBeFocused();
  await question.getByRole("button", { name: "Sign out" }).click();
}

test("the printed link opens one browser; another asks for a link of its own", async ({ browser }) => {
  const porthole = await PortholeProcess.start(["--demo"], { PORTHOLE_TOKEN: "" });
  const contexts = await Promise.all([browser.newContext(), browser.newContext(), browser.newContext()]);
  const [first, second, third] = (await Promise.all(contexts.map((context) => context.newPage()))) as [
    Page,
    Page,
    Page,
  ];
  try {
    await first.goto(porthole.url);
    await new WorkbenchPage(first, porthole).untilPods();
    await second.goto(porthole.url);
    await expect(second.locator("#token-problem")).toContainText("has opened a browser already");
    await expect(second.locator("#token-problem")).toContainText("POST /api/links");
    expect(await keyOf(second)).toBeNull();

    // The browser that it opened may open it again, and so may machines use its token.
    const again = await first.context().newPage();
    await again.goto(porthole.url);
    await new WorkbenchPage(again, porthole).untilPods();
    const { url } = await porthole.api<LaunchLink>("POST", "/api/links", {});
    await second.goto(url);
    await new WorkbenchPage(second, porthole).untilPods();
    await third.goto(url);
    await expect(third.locator("#token-problem")).toContainText("good once");
  } finally {
    await Promise.all(contexts.map((context) => context.close()));
    await porthole.stop();
  }
});

test("tabs share the sign-in, and leaving in one of them is leaving in all", async ({
  workbench,
  page,
  porthole,
}) => {
  const terminal = await workbench.openShell("shell");
  await terminal.untilPrompt();
  const tab = await page.context().newPage();
  await tab.goto(porthole.origin);
  await new WorkbenchPage(tab, porthole).untilPods();
  expect(await keyOf(tab)).toMatch(KEY);

  await signOut(tab);
  await expect(signInPage(tab)).toBeVisible();
  await expect(tab.locator("#token-problem")).toHaveText("You signed out.");
  await expect(signInPage(page)).toBeVisible();
  await expect(page.locator("#token-problem")).toHaveText("You signed out in another tab.");
  expect(await keyOf(page)).toBe("");
  const { sessions } = await porthole.api<{ sessions: { ending: object }[] }>("GET", "/api/sessions");
  expect(sessions).toMatchObject([{ ending: { message: expect.stringContaining("you signed out") } }]);

  // In again in one of them is in again in both.
  await page.goto(porthole.url);
  await workbench.untilPods();
  await new WorkbenchPage(tab, porthole).untilPods();
});

test("whoever signs out leaves nothing open: no shell, no log, no preview, no local port", async ({
  workbench,
  page,
  porthole,
}) => {
  const preview = await workbench.openPort("web", 8080);
  await expect(preview.locator("#socket")).toHaveText("open");
  await page.bringToFront();
  const terminal = await workbench.openShell("shell");
  await terminal.run("while sleep 0.1; do date +%N > alive; done");
  await workbench.select("shell");
  await page.keyboard.press("l");
  await expect(page.getByRole("log", { name: "Log" })).toContainText("tick");
  const key = (await keyOf(page)) ?? "";
  const made = await page.evaluate(
    async ({ headers, body }) =>
      (await fetch("/api/forwards", { method: "POST", headers, body: JSON.stringify(body) })).json(),
    {
      headers: { "x-porthole-key": key, "content-type": "application/json" },
      body: { cluster: "demo", namespace: "default", kind: "Pod", name: "web", port: 8080, listen: true },
    },
  );
  const local = `http://${(made as { local: string }).local}/`;
  expect((await fetch(local)).status).toBe(200);

  await signOut(page);
  await expect(signInPage(page)).toBeVisible();
  await expect(preview.locator("#socket")).not.toHaveText("open");
  const again = await preview.evaluate(() => fetch("/echo").then(({ status }) => status));
  expect(again).toBeGreaterThanOrEqual(400);
  await expect(fetch(local)).rejects.toThrow();
  const { streams } = await porthole.api<{ streams: { endedAt: number | null }[] }>("GET", "/api/streams");
  expect(streams.filter(({ endedAt }) => endedAt === null)).toEqual([]);
  const answer = await fetch(`${porthole.origin}/api/session`, { headers: { "x-porthole-key": key } });
  expect(answer.status).toBe(401);
});

test("the status bar signs out as well, by the keyboard alone", async ({ workbench, page }) => {
  await workbench.untilPods();
  const button = page.getByRole("contentinfo").getByRole("button", { name: "Sign out" });
  await button.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await workbench.untilPods();
  await button.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).press("Enter");
  await expect(signInPage(page)).toBeVisible();
});

test("a key of a Porthole that is gone is dropped, with the reason", async ({ page, porthole }) => {
  await page.goto(porthole.origin);
  await expect(signInPage(page)).toBeVisible();
  await page.evaluate(() => localStorage.setItem("porthole.key", "A".repeat(43)));
  await page.reload();
  await expect(page.locator("#token-problem")).toContainText("Porthole was started again");
  expect(await keyOf(page)).toBeNull();
});

test("without storage the page works until it is left", async ({ page, porthole }) => {
  await page.addInitScript(() => {
    for (const area of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, area, {
        get() {
          throw new DOMException("blocked", "SecurityError");
        },
      });
  });
  const workbench = new WorkbenchPage(page, porthole);
  await workbench.signIn();
  const terminal = await workbench.openShell("shell");
  await terminal.run("echo works-he''re");
  await terminal.untilText(/^works-here$/m);
  page.on("dialog", (dialog) => void dialog.accept());
  await page.goto(porthole.origin);
  await expect(signInPage(page)).toBeVisible();
});

test("a link that is opened while somebody guesses waits, says so, and gets in", async ({ page }) => {
  const porthole = await PortholeProcess.start(["--demo"], { PORTHOLE_TOKEN: "" });
  try {
    let guessing = true;
    const guesser = (async () => {
      for (let index = 0; guessing; index += 1) {
        await fetch(`${porthole.origin}/api/login`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ token: `guess ${index}` }),
        });
      }
    })();
    await page.goto(porthole.url);
    await expect(page.getByRole("heading", { name: "One moment" })).toBeVisible();
    guessing = false;
    await guesser;
    await expect(page.getByText(/Too many wrong tokens/i)).toBeVisible();
    await expect(page.getByRole("grid", { name: "Pods" })).toBeVisible({ timeout: LONGEST_WAIT_MS });
    const key = (await keyOf(page)) ?? "";
    expect(key).toMatch(KEY);
    expect(page.url()).not.toContain(key);
    expect(porthole.stderr).toContain("wrong tokens");
    for (const secret of [key, porthole.token, "guess 1"]) expect(porthole.stderr).not.toContain(secret);
  } finally {
    await porthole.stop();
  }
});
