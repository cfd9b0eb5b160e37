/** What outlives a window and what a window begins with: shells, the namespace, and a link to one pod. */
import { expect, test } from "./fixtures.ts";
import { WorkbenchPage } from "./pages/workbench-page.ts";

test("closing the browser's tab with a live shell asks once, and a new window offers that shell", async ({
  workbench,
  page,
  porthole,
}) => {
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  const terminal = await workbench.openShell("shell");
  await terminal.run("echo kept-$((40 + 2))");
  await terminal.untilText("kept-42");
  const closed = page.waitForEvent("close");
  await page.close({ runBeforeUnload: true });
  await closed;
  expect(asked).toEqual(["beforeunload"]);

  const next = await page.context().newPage();
  await next.goto(`${porthole.origin}/?cluster=demo`);
  const left = next.getByRole("region", { name: "Sessions left running" });
  await expect(left).toContainText("1 session left running");
  await left.getByRole("button", { name: "Go back to the session in shell" }).click();
  await new WorkbenchPage(next, porthole).visibleTerminal().untilText("kept-42");
});

test("a window without a shell of its own closes without a question", async ({ workbench, page }) => {
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  await workbench.filter.fill("she");
  const closed = page.waitForEvent("close");
  await page.close({ runBeforeUnload: true });
  await closed;
  expect(asked).toEqual([]);
});

test("each cluster keeps its last namespace", async ({ workbench, page, porthole }) => {
  await workbench.untilPods();
  await page.getByRole("button", { name: "Namespace: /all" }).click();
  await page.getByRole("option", { name: "team-a" }).click();
  await expect(workbench.pod("api")).toBeVisible();
  const choose = async (from: string, to: RegExp) => {
    await page.getByRole("button", { name: `Cluster: ${from}`, exact: true }).click();
    await page.getByRole("option").filter({ hasText: to }).click();
  };
  await choose("demo", /^demo-viewer/);
  await expect(workbench.pod("shell")).toBeVisible();
  await choose("demo-viewer", /^demo(?!-)/);
  await expect(workbench.pod("api")).toBeVisible();
  await expect(workbench.pod("shell")).toHaveCount(0);
  // A window that is told nothing begins there as well.
  await page.goto(porthole.origin);
  await expect(workbench.pod("api")).toBeVisible();
  await expect(workbench.pod("shell")).toHaveCount(0);
});

test("a link to a pod that is not listed opens it", async ({ workbench, page, porthole }) => {
  await page.route(/\/pods\?/, (route) =>
    route.fulfill({
      status: 403,
      json: { kind: "Status", apiVersion: "v1", status: "Failure", code: 403, message: "pods is forbidden" },
    }),
  );
  await page.goto(`${porthole.origin}/?cluster=demo&ns=team-a&pod=api`);
  await expect(page.getByText("You may not list pods in team-a")).toBeVisible();
  await page.getByRole("button", { name: "Open a shell by this name" }).click();
  await workbench.visibleTerminal().untilPrompt();
  await expect(workbench.tabs).toHaveText(/api/);
});
