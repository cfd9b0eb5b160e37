/** What the page shows of a kubeconfig: which cluster is meant, names that begin alike, and changes while it is open. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect } from "./fixtures.ts";
import { WorkbenchPage } from "./pages/workbench-page.ts";
import { PortholeProcess } from "./porthole-process.ts";
import { makeCertificate } from "./reference/test-certificate.ts";

const eks = (name: string) => `arn:aws:eks:eu-west-1:123456789012:cluster/${name}`;
const PAYMENTS = eks("payments-blue");
const SEARCH = eks("search-green");
/** A change is believed after it has settled, and the page asks every few seconds. */
const SEEN_MS = 15_000;

class Kubeconfig {
  readonly file: string;
  constructor(
    readonly folder: string,
    private readonly server: { url: string; token: string; ca: string },
  ) {
    this.file = join(folder, "config");
  }

  write(names: string[], current: string): void {
    const text = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": current,
      clusters: [
        { name: "c", cluster: { server: this.server.url, "certificate-authority": this.server.ca } },
      ],
      users: [{ name: "u", user: { token: this.server.token } }],
      contexts: names.map((name) => ({ name, context: { cluster: "c", user: "u" } })),
    };
    this.replace(JSON.stringify(text));
  }

  replace(text: string): void {
    writeFileSync(`${this.file}.new`, text);
    renameSync(`${this.file}.new`, this.file);
  }
}

/** A Porthole in front of another one's demo cluster, which is what its kubeconfig names. */
const test = base.extend<{ kubeconfig: Kubeconfig; second: PortholeProcess }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the needed fixtures from this pattern
  kubeconfig: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "porthole-e2e-"));
    // A token travels over TLS alone, on loopback too.
    const { cert: ca, key } = makeCertificate(folder);
    const behind = await PortholeProcess.start(["--demo", "--tls-cert", ca, "--tls-key", key]);
    await use(new Kubeconfig(folder, { url: `${behind.origin}/clusters/demo`, token: behind.token, ca }));
    await behind.stop();
    rmSync(folder, { recursive: true, force: true });
  },
  second: async ({ kubeconfig }, use) => {
    kubeconfig.write([PAYMENTS, SEARCH], "gone");
    const porthole = await PortholeProcess.start(["--kubeconfig", kubeconfig.file]);
    await use(porthole);
    await porthole.stop();
  },
});

for (const viewport of [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]) {
  test.describe(`${viewport.width} px`, () => {
    test.use({ viewport });

    test("asks which cluster is meant when the kubeconfig's current one does not exist", async ({
      second,
      page,
    }) => {
      await page.goto(second.url);
      const question = page.getByRole("region", { name: "Which cluster?" }).filter({ visible: true });
      await expect(question).toContainText('current-context is "gone"');
      await expect(page).not.toHaveURL(/cluster=/);
      // Both tails are seen: the names begin alike.
      for (const tail of ["payments-blue", "search-green"]) {
        const shown = question.getByText(tail);
        await expect(shown).toBeVisible();
        expect(await shown.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
      }
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await question.getByRole("button", { name: /search-green/ }).click();
      await new WorkbenchPage(page, second).untilPods();
      await expect(page).toHaveURL(/cluster=arn.*search-green/);
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    });
  });
}

test("contexts that no path carries have pods, a link and a shell", async ({ second, kubeconfig, page }) => {
  kubeconfig.write(["..", "/a", "plain"], "..");
  await page.goto(second.url);
  const workbench = new WorkbenchPage(page, second);
  await workbench.untilPods();
  await expect(page).toHaveURL(/cluster=\.\./);
  await page.reload();
  await workbench.untilPods();
  const terminal = await workbench.openShell("shell");
  await terminal.run("echo here-$((40 + 2))");
  await terminal.untilText("here-42");
  await page.getByRole("button", { name: "Cluster: .." }).click();
  await page.getByRole("option", { name: /^\/a/ }).click();
  await workbench.untilPods();
  await expect(page).toHaveURL(/cluster=%2Fa/);
});

test("says which files KUBECONFIG names that are not there, beside the demo", async ({ page }) => {
  const porthole = await PortholeProcess.start([], { KUBECONFIG: "/nowhere/one:nowhere/two" });
  try {
    await page.goto(porthole.url);
    await expect(page.getByText(/KUBECONFIG names \/nowhere\/one, nowhere\/two \(\/.*two\)/)).toBeVisible();
  } finally {
    await porthole.stop();
  }
});

test("the list of clusters follows the file, a shell goes on, and one that is gone is still named", async ({
  second,
  kubeconfig,
  page,
}) => {
  kubeconfig.write([PAYMENTS, SEARCH], PAYMENTS);
  await page.goto(second.url);
  const workbench = new WorkbenchPage(page, second);
  await workbench.untilPods();
  const terminal = await workbench.openShell("shell");
  const chooser = page.getByRole("button", { name: `Cluster: ${PAYMENTS}` });

  kubeconfig.replace("clusters: [");
  await expect(page.getByText(/cannot be read since/)).toBeVisible({ timeout: SEEN_MS });
  await terminal.run("echo still-$((40 + 2))");
  await terminal.untilText("still-42");

  kubeconfig.write([SEARCH, "brand-new"], SEARCH);
  await expect(page.getByText(/cannot be read since/)).toBeHidden({ timeout: SEEN_MS });
  await expect(page.getByText(`${PAYMENTS} is no longer in the kubeconfig`)).toBeVisible({
    timeout: SEEN_MS,
  });
  await expect(chooser).toBeVisible();
  await chooser.click();
  await expect(page.getByRole("option", { name: /brand-new/ })).toBeVisible();
  await page.keyboard.press("Escape");

  kubeconfig.write([PAYMENTS, SEARCH], PAYMENTS);
  await expect(workbench.pod("shell")).toBeVisible({ timeout: SEEN_MS });
});

test("a cluster is given a short name and a colour by keyboard alone, and keeps them", async ({
  second,
  kubeconfig,
  page,
}) => {
  kubeconfig.write([PAYMENTS, SEARCH], PAYMENTS);
  await page.goto(second.url);
  await new WorkbenchPage(page, second).untilPods();
  await page.getByRole("button", { name: `Cluster: ${PAYMENTS}` }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByPlaceholder("Find a cluster")).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Short name")).toBeFocused();
  await page.keyboard.type("pay");
  await page.keyboard.press("Tab");
  for (let step = 0; step < 3; step += 1) await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: "green" })).toBeChecked();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.keyboard.press("Enter");
  const chooser = page.getByRole("button", { name: `Cluster: ${PAYMENTS}` });
  await expect(chooser).toHaveText(/^pay$/);
  await expect(chooser.locator('[data-colour="green"]')).toBeVisible();
  await page.reload();
  await expect(chooser).toHaveText(/^pay$/);
  await chooser.click();
  await expect(page.getByPlaceholder("Find a cluster")).toBeFocused();
  await page.keyboard.type("search");
  await expect(page.getByRole("option")).toHaveCount(1);
});
