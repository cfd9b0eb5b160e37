/** The page that does not read for a while: its script is held, as by a debugger or a machine under load. */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { expect, type Page } from "@playwright/test";
import { SessionFrames } from "../../pages/session-frames.ts";
import { MAX_TYPED_BYTES, type PageClient, proveTyped } from "../clients/page-client.ts";

const FLOOD_BYTES = 24 * 1024 * 1024;
const AFTER_LIMIT_MS = 60_000;

/**
 * Porthole lets a command wait 10 s for a page that does not read. Then the command goes on, and the page says how much
 * it will never show.
 */
export function proveSlowPageOutput(client: PageClient, ms: number): Promise<void> {
  return client.inCluster(async (page, workbench) => {
    const frames = new SessionFrames(page);
    const terminal = await workbench.openShell("shell");
    await terminal.run(`printf 'flood:n''ow'; head -c ${FLOOD_BYTES} /dev/urandom | base64; echo ov''er`);
    await expect.poll(() => frames.bytes().includes("flood:now")).toBe(true);
    await whileHeld(page, ms);
    await Promise.all([
      expect(page.getByText(/of output passed while this page could not read/)).toBeVisible({
        timeout: AFTER_LIMIT_MS,
      }),
      terminal.untilText(/^over$/m, { timeout: AFTER_LIMIT_MS }),
    ]);
    await terminal.run("clear; echo al''ive");
    await terminal.untilText(/^alive$/m);
    await terminal.run("exit 3");
    await expect(page.getByTestId("end-badge")).toHaveText("exit 3");
  });
}

export function proveSlowPageInput(client: PageClient, ms: number): Promise<void> {
  return client.inCluster(async (_page, workbench) => {
    const terminal = await workbench.openShell("shell");
    await proveTyped(terminal, MAX_TYPED_BYTES, ms);
  });
}

export function proveSlowPageForward(client: PageClient, bytes: number, ms: number): Promise<void> {
  return client.inPodPage(async (page) => {
    // The pod's own script (pod-page.ts).
    const result = await page.evaluate<Record<string, string>>(`readSlowly(${bytes}, ${ms})`);
    assert.equal(result.down, result.downThere);
  });
}

/** Stops the page's script for so long. A loop would do the same, and take a processor from the others. */
async function whileHeld(page: Page, ms: number): Promise<void> {
  const debug = await page.context().newCDPSession(page);
  await debug.send("Debugger.enable");
  const held = new Promise<void>((resolve) => debug.once("Debugger.paused", () => resolve()));
  await debug.send("Debugger.pause");
  await held;
  await delay(ms);
  await debug.send("Debugger.resume");
  await debug.detach();
}
