/** Porthole's own page in a real Chromium: a terminal with a person at it, and a forward on its own origin. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { type Browser, chromium, expect, type Page } from "@playwright/test";
import { CHROMIUM_ARGS, systemChromium } from "../../../scripts/chromium.mjs";
import { SessionFrames } from "../../pages/session-frames.ts";
import type { TerminalPage } from "../../pages/terminal-page.ts";
import { WorkbenchPage } from "../../pages/workbench-page.ts";
import { FORWARD_PLACE, type Site } from "./client.ts";

const WAIT_LIMIT_MS = 30_000;
const TRANSFER_LIMIT_MS = 150_000;
const CODES = [0, 1, 137];
/** A terminal is for people: what they type or paste, and what they scroll through. */
export const MAX_TYPED_BYTES = 128 * 1024;
const MAX_SHOWN_BYTES = 8 * 1024 * 1024;

export class PageClient {
  #pages = 0;

  private constructor(
    private readonly browser: Browser,
    private readonly site: Site,
  ) {}

  static async start(site: Site): Promise<PageClient> {
    const browser = await chromium.launch({ executablePath: systemChromium(), args: CHROMIUM_ARGS });
    return new PageClient(browser, site);
  }

  stop(): Promise<void> {
    return this.browser.close();
  }

  async proveTerminal(bytes: number): Promise<void> {
    await this.inCluster(async (page, workbench) => {
      const frames = new SessionFrames(page);
      for (const code of CODES) await this.#proveCode(page, workbench, code);
      const terminal = await workbench.openShell("shell");
      await terminal.run("clear; stty size");
      await terminal.untilText(new RegExp(`^${frames.lastSize()}$`, "m"));
      // Before its command runs a shell reads keys itself, and would take the end for its own.
      await terminal.run("printf 'cat:n''ow'; cat; echo ov''er");
      await terminal.untilText("cat:now");
      await terminal.press("Control+d");
      await terminal.untilText(/over$/m);
      await proveTyped(terminal, Math.min(bytes, MAX_TYPED_BYTES));
      await proveShown(terminal, frames, Math.min(bytes, MAX_SHOWN_BYTES));
    });
    await this.#inPage(async (page, workbench) => {
      await workbench.goToCluster(this.site.cuttable.target.context ?? "");
      await workbench.openShell("shell");
      this.site.cuttable.cut();
      await expect(page.getByTestId("end-badge")).toHaveText("no exit status", { timeout: WAIT_LIMIT_MS });
    });
  }

  provePortForward(bytes: number): Promise<void> {
    return this.inPodPage(async (page) => {
      // The pod's own script (pod-page.ts).
      const result = await page.evaluate<Record<string, string>>(`transfer(${bytes})`);
      assert.equal(result.up, result.upThere, "up");
      assert.equal(result.down, result.downThere, "down");
      assert.equal(result.bothUp, result.bothUpThere, "both at once, up");
      assert.equal(result.bothDown, result.bothDownThere, "both at once, down");
    });
  }

  /** On the page of the site's cluster. */
  inCluster(work: (page: Page, workbench: WorkbenchPage) => Promise<void>): Promise<void> {
    return this.#inPage(async (page, workbench) => {
      await workbench.goToCluster(this.site.target.context ?? "");
      await work(page, workbench);
    });
  }

  /** On the page of the web pod, through a forward of its own. */
  async inPodPage(work: (page: Page) => Promise<void>): Promise<void> {
    const { target, webPort } = this.site;
    const { id } = await target.json<{ id: string }>("POST", "/api/forwards", {
      cluster: target.context,
      namespace: FORWARD_PLACE.namespace,
      kind: "Pod",
      name: FORWARD_PLACE.pod,
      port: webPort,
    });
    try {
      const { url } = await target.json<{ url: string }>("POST", `/api/forwards/${id}/open`, {});
      await this.#inPage(async (page) => {
        await page.goto(url);
        await expect(page.getByRole("heading", { name: "A page of the pod" })).toBeVisible();
        await work(page);
      });
    } finally {
      await target.ask("DELETE", `/api/forwards/${id}`);
    }
  }

  async #inPage(work: (page: Page, workbench: WorkbenchPage) => Promise<void>): Promise<void> {
    const { origin, token } = this.site.target;
    // The certificate was made for the run: its authority is in no browser.
    const context = await this.browser.newContext({ ignoreHTTPSErrors: true });
    this.#pages += 1;
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(WAIT_LIMIT_MS);
      const address = { url: `${origin}/#t=${token}`, origin, port: Number(new URL(origin).port), token };
      const workbench = new WorkbenchPage(page, address);
      await workbench.signIn();
      await work(page, workbench);
    } finally {
      await context.close();
      this.#pages -= 1;
      // They are Porthole's: those of the pages that are left look the same.
      if (this.#pages === 0) await this.#endSessions();
    }
  }

  async #proveCode(page: Page, workbench: WorkbenchPage, code: number): Promise<void> {
    const terminal = await workbench.openShell("shell");
    await terminal.run(`exit ${code}`);
    await expect(page.getByTestId("end-badge").filter({ visible: true })).toHaveText(`exit ${code}`);
    await page
      .getByTestId("end-note")
      .filter({ visible: true })
      .getByRole("button", { name: "Close" })
      .click();
  }

  async #endSessions(): Promise<void> {
    const { target } = this.site;
    const { sessions } = await target.json<{ sessions: { id: string }[] }>("GET", "/api/sessions");
    for (const { id } of sessions) await target.ask("DELETE", `/api/sessions/${id}`);
  }
}

/** Random text typed into a raw terminal: what arrived. @param waitMs nothing reads it for so long */
export async function proveTyped(terminal: TerminalPage, bytes: number, waitMs = 0): Promise<void> {
  const text = randomBytes(Math.ceil((bytes * 3) / 4))
    .toString("base64")
    .slice(0, bytes);
  await terminal.run(
    `stty raw -echo; printf 'type:n''ow'; sleep ${waitMs / 1000}; head -c ${bytes} | sha256sum; stty sane`,
  );
  await terminal.untilText("type:now");
  await terminal.focus();
  await terminal.host.page().keyboard.insertText(text);
  await terminal.untilText(createHash("sha256").update(text).digest("hex"), {
    timeout: waitMs + TRANSFER_LIMIT_MS,
  });
}

/** Random text that the shell prints; the hash is of what the page's socket received. */
async function proveShown(terminal: TerminalPage, frames: SessionFrames, bytes: number): Promise<void> {
  // Without -opost the tty would put a carriage return before each line feed. The marks are written so that the
  // echo of the command line does not hold them.
  await terminal.run(
    `f=$(mktemp); head -c ${bytes} /dev/urandom | base64 >$f; clear; echo "h:$(sha256sum <$f)"; stty -opost; printf 'BE''GIN;'; cat $f; printf ';E''ND'; stty opost; rm $f`,
  );
  await expect.poll(() => frames.bytes().includes(";END"), { timeout: TRANSFER_LIMIT_MS }).toBe(true);
  const all = frames.bytes();
  const sent = /h:([0-9a-f]{64}) /.exec(all.subarray(0, all.indexOf("BEGIN;")).toString("latin1"))?.[1];
  const shown = all.subarray(all.indexOf("BEGIN;") + "BEGIN;".length, all.lastIndexOf(";END"));
  assert.equal(createHash("sha256").update(shown).digest("hex"), sent, "down");
}
