/** How the browser is opened (threats.md A37): by a file that leads to Porthole, in a real browser. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { ownEnvironment, startCommand } from "./porthole-process.ts";
import { RunningProcess } from "./running-process.ts";

const READY = /^Porthole is ready at (\S+)$/m;
const BUILD_LIMIT_MS = 240_000;

test("the browser is opened by a page that signs in once, and no command line shows the link", async ({
  page,
}) => {
  const folder = mkdtempSync(join(tmpdir(), "porthole-launch-"));
  const told = join(folder, "told");
  const opener = join(folder, "bin", "xdg-open");
  mkdirSync(join(folder, "bin"));
  writeFileSync(opener, `#!/bin/sh\nprintf '%s' "$*" > ${told}.part\nmv ${told}.part ${told}\n`);
  chmodSync(opener, 0o755);
  const command = startCommand(["--demo", "--port", "0"]).filter((flag) => flag !== "--no-open");
  const env = {
    ...ownEnvironment(),
    ...{ PATH: `${join(folder, "bin")}:${process.env.PATH}`, DISPLAY: ":99" },
    ...{ HOME: folder, XDG_RUNTIME_DIR: folder },
  };
  const { process: porthole, match } = await RunningProcess.start(command, READY, {
    env,
    readyTimeoutMs: BUILD_LIMIT_MS,
  });
  try {
    await expect.poll(() => existsSync(told)).toBe(true);
    const address = readFileSync(told, "utf8");
    expect(address).toMatch(/^file:\/\/[^#?]*$/);

    await page.goto(address);
    const pods = (where: Page) =>
      where.getByRole("grid", { name: "Pods" }).getByText("shell", { exact: true });
    await expect(pods(page)).toBeVisible();
    expect(page.url()).not.toContain("#t=");

    // Whoever finds the file later is too late: its link was for one browser.
    const other = await page.context().browser()!.newContext();
    const late = await other.newPage();
    await late.goto(address);
    await expect(late.getByText(/opened a browser already/)).toBeVisible();
    // The printed link is another one.
    await late.goto(match[1]!);
    await expect(pods(late)).toBeVisible();
    await other.close();
  } finally {
    await porthole.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
