/** The page as a person finds it: pods at the left, terminals in tabs. */
import { expect, type Locator, type Page } from "@playwright/test";
import type { PortholeAddress } from "../porthole-process.ts";
import { ForwardsPage } from "./forwards-page.ts";
import { TerminalPage } from "./terminal-page.ts";

export class WorkbenchPage {
  readonly pods: Locator;
  readonly filter: Locator;
  readonly tabs: Locator;
  readonly forwards: ForwardsPage;

  constructor(
    readonly page: Page,
    private readonly porthole: PortholeAddress,
  ) {
    this.pods = page.getByRole("grid", { name: "Pods" });
    this.filter = page.getByRole("combobox", { name: "Filter pods" });
    this.tabs = page.getByRole("tab");
    this.forwards = new ForwardsPage(page);
  }

  /** Opens the link that the server printed and waits for the pods. */
  async signIn(): Promise<void> {
    await this.page.goto(this.porthole.url);
    await this.untilPods();
  }

  /** Looks at another context of the same server. */
  async goToCluster(cluster: string, namespace?: string): Promise<void> {
    const query = new URLSearchParams({ cluster, ...(namespace ? { ns: namespace } : {}) });
    await this.page.goto(`${this.porthole.origin}/?${query}`);
    await this.untilPods();
  }

  async untilPods(): Promise<void> {
    await expect(this.pod("shell")).toBeVisible();
  }

  /** The row of a pod; names are matched whole. */
  pod(name: string): Locator {
    return this.pods.getByRole("row").filter({ has: this.page.getByText(name, { exact: true }) });
  }

  async select(name: string): Promise<Locator> {
    const row = this.pod(name);
    await row.getByText(name, { exact: true }).click();
    await expect(row).toHaveAttribute("aria-selected", "true");
    return row;
  }

  /** Opens a shell in a pod and waits for its prompt. */
  async openShell(name: string): Promise<TerminalPage> {
    const row = await this.select(name);
    await row.getByRole("button", { name: "Shell", exact: true }).click();
    const terminal = this.visibleTerminal();
    await terminal.untilPrompt();
    return terminal;
  }

  /** The terminal of the tab that is shown. */
  visibleTerminal(): TerminalPage {
    return new TerminalPage(this.page.getByTestId("terminal").filter({ visible: true }));
  }

  /** Opens a pod's port in a new window and waits until it has left the handoff page. */
  async openPort(name: string, port: number): Promise<Page> {
    const row = await this.select(name);
    const opened = this.page.context().waitForEvent("page");
    await row.getByRole("button", { name: `Open :${port}`, exact: true }).click();
    const preview = await opened;
    await preview.waitForURL(
      (url) => /^p-[a-z0-9]+\./.test(url.hostname) && !url.pathname.startsWith("/.porthole"),
    );
    await preview.waitForLoadState();
    return preview;
  }
}
