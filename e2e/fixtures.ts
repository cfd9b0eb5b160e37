/** What every browser test starts with: the built product on its demo cluster, and a page that is signed in. */
import { test as base } from "@playwright/test";
import { WorkbenchPage } from "./pages/workbench-page.ts";
import { PortholeProcess } from "./porthole-process.ts";

/** A fresh clone builds at the first start. */
const START_TIMEOUT_MS = 240_000;

interface TestFixtures {
  /** The workbench, signed in, with the pods of the demo cluster on it. */
  workbench: WorkbenchPage;
  /** Ends what a test left running, so that the next one finds an empty workbench. */
  cleanSlate: undefined;
}

interface WorkerFixtures {
  porthole: PortholeProcess;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  porthole: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the needed fixtures from this pattern
    async ({}, use) => {
      const porthole = await PortholeProcess.start(["--demo"]);
      await use(porthole);
      await porthole.stop();
    },
    { scope: "worker", timeout: START_TIMEOUT_MS },
  ],
  workbench: async ({ page, porthole }, use) => {
    const workbench = new WorkbenchPage(page, porthole);
    await workbench.signIn();
    await use(workbench);
  },
  cleanSlate: [
    async ({ porthole }, use) => {
      await use(undefined);
      for (const kind of ["sessions", "forwards"] as const) {
        const list = await porthole.api<Record<typeof kind, { id: string }[]>>("GET", `/api/${kind}`);
        for (const { id } of list[kind]) await porthole.api("DELETE", `/api/${kind}/${id}`);
      }
    },
    { auto: true },
  ],
});

export { expect } from "@playwright/test";
