/** Which shell is opened, where none is found by itself, and what a window begins with. */
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import type { WorkbenchPage } from "./pages/workbench-page.ts";

function dialog(page: Page) {
  return page.getByRole("dialog", { name: /^Open a / });
}

async function openMenu(workbench: WorkbenchPage, page: Page, pod: string): Promise<void> {
  await workbench.select(pod);
  await page.getByRole("button", { name: `More for ${pod}` }).click();
}

test("a shell that is on the container's PATH alone opens like any other", async ({ workbench }) => {
  const terminal = await workbench.openShell("checkout");
  await terminal.run("echo found-$((40 + 2))");
  await terminal.untilText("found-42");
});

test("a Windows container gets its own shell", async ({ workbench, page }) => {
  const row = await workbench.select("reports");
  await row.getByRole("button", { name: "Shell", exact: true }).click();
  await workbench.visibleTerminal().untilText("PS C:\\>");
  await expect(page.getByTestId("end-note")).toHaveCount(0);
});

test("a Windows container gets its own shell where only its node says what it is", async ({
  workbench,
  page,
}) => {
  await page.route(/\/api\/v1\/(namespaces\/[^/]+\/)?pods(\?|\/reports$)/, async (route) => {
    if (route.request().url().includes("watch=")) return route.abort();
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace('"os":{"name":"windows"},', "") });
  });
  let asked = 0;
  await page.route(/\/api\/v1\/nodes\//, (route) => {
    asked += 1;
    return route.fulfill({ json: { kind: "Node", metadata: { labels: { "kubernetes.io/os": "windows" } } } });
  });
  await page.reload();
  await workbench.untilPods();
  const row = await workbench.select("reports");
  await row.getByRole("button", { name: "Shell", exact: true }).click();
  await workbench.visibleTerminal().untilText("PS C:\\>");
  expect(asked).toBe(1);
});

test("a container without a shell says what was tried, and takes another choice, which is remembered", async ({
  workbench,
  page,
}) => {
  await workbench.filter.fill("coredns");
  await page.keyboard.press("Enter");
  const note = page.getByTestId("end-note");
  await expect(note).toContainText("Tried: sh, along its PATH, then /bin/sh.");
  await note.getByRole("button", { name: "Another shell…" }).click();
  await dialog(page).getByLabel("A command", { exact: true }).check();
  await dialog(page).getByLabel("Command", { exact: true }).fill("/coredns -version");
  await dialog(page).getByRole("button", { name: "Open" }).click();
  // It is not there either; in the same tab, and alone.
  await expect(note).toContainText("Tried: /coredns.");
  await expect(workbench.tabs).toHaveCount(1);
});

test("a choice for an image is kept, until the best shell is wanted again", async ({
  workbench,
  page,
  porthole,
}) => {
  const commands = async () => {
    const { sessions } = await porthole.api<{ sessions: { command: string[] }[] }>("GET", "/api/sessions");
    return sessions.map(({ command }) => command[0]);
  };
  await openMenu(workbench, page, "checkout");
  await page.getByRole("menuitem", { name: "Another shell" }).click();
  await dialog(page).getByLabel("A command", { exact: true }).check();
  await dialog(page).getByLabel("Command", { exact: true }).fill("/busybox/sh");
  await page.keyboard.press("Enter");
  await workbench.visibleTerminal().untilPrompt();
  expect(await commands()).toEqual(["/busybox/sh"]);
  await workbench.openShell("checkout");
  expect(await commands()).toEqual(["/busybox/sh", "/busybox/sh"]);

  await openMenu(workbench, page, "checkout");
  await page.getByRole("menuitem", { name: "Another shell" }).click();
  await expect(dialog(page).getByLabel("Command", { exact: true })).toHaveValue("/busybox/sh");
  await dialog(page).getByLabel("The best shell there is").check();
  await dialog(page).getByRole("button", { name: "Open" }).click();
  await expect.poll(commands).toEqual(["/busybox/sh", "/busybox/sh", "sh"]);
});

test("a terminal is attached to the main process, and closing it leaves that running", async ({
  workbench,
  page,
}) => {
  await openMenu(workbench, page, "shell");
  await page.getByRole("menuitem", { name: "Another shell" }).click();
  await dialog(page).getByLabel("Nothing: attach to the main process").check();
  await expect(dialog(page)).toContainText("was given no input");
  await dialog(page).getByRole("button", { name: "Attach" }).click();
  const terminal = workbench.visibleTerminal();
  await terminal.untilText(/tick \d+\ntick \d+/);
  await expect(page.getByTestId("pane-notice-attached")).toContainText("It takes no input");
  await page.getByTitle("Close shell").click();
  const question = page.getByRole("dialog", { name: "Close shell?" });
  await expect(question).toContainText("attached to the container's main process, which runs on either way");
  await question.getByRole("button", { name: "Detach" }).click();
  await expect(workbench.tabs).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Sessions left running" })).toHaveCount(0);
});

test("a pod is opened by its name where it is not listed", async ({ workbench, page }) => {
  await page.keyboard.press("Control+k");
  await page.keyboard.type("by its name");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Team A");
  await dialog(page).getByLabel("Pod", { exact: true }).fill("api");
  await page.keyboard.press("Enter");
  await expect(dialog(page).getByRole("alert")).toContainText("A namespace has small letters");
  await dialog(page).getByLabel("Namespace").fill("team-a");
  await page.keyboard.press("Enter");
  await workbench.visibleTerminal().untilPrompt();
  await expect(workbench.tabs).toHaveText(/api/);
});
