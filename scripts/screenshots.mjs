/**
 * `npm run screenshots`: the pictures of the README, made from the built product on the demo cluster, in both themes
 * and both sizes, into docs/screenshots/.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startProgram, stopPrograms } from "./bench/processes.mjs";
import { ensureChromium } from "./install-chromium.mjs";
import { ensureBuilt, ensureInstalled, reportFailure } from "./prepare.mjs";
import { ROOT } from "./run-step.mjs";

const TARGET = join(ROOT, "docs", "screenshots");
/** @type {[string, { width: number, height: number }][]} */
const SIZES = [
  ["workbench", { width: 1440, height: 900 }],
  ["phone", { width: 390, height: 844 }],
];
/** What a person on call might do first; its output fits a screen. */
const TYPED = [
  "cat /etc/os-release | head -3",
  "ps -o pid,etime,args | head -4",
  "echo 'ready when you are'",
];

async function takeAll() {
  const { chromium } = await import("@playwright/test");
  const { CHROMIUM_ARGS, systemChromium } = await import("./chromium.mjs");
  mkdirSync(TARGET, { recursive: true });
  const args = [join(ROOT, "dist/server.mjs"), "--demo", "--no-open", "--port", "0"];
  // Chosen here: the link of a token that Porthole made is good once, and each picture has a browser of its own.
  process.env.PORTHOLE_TOKEN = randomBytes(32).toString("base64url");
  const { match } = await startProgram(process.execPath, args, /ready at (\S+)/);
  const browser = await chromium.launch({ executablePath: systemChromium(), args: CHROMIUM_ARGS });
  try {
    for (const [name, viewport] of SIZES) {
      for (const colorScheme of /** @type {const} */ (["dark", "light"])) {
        await take(browser, match[1] ?? "", { name, viewport, colorScheme });
      }
    }
  } finally {
    await browser.close();
  }
}

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url with the token in its fragment
 * @param {{ name: string, viewport: { width: number, height: number }, colorScheme: "dark" | "light" }} picture
 */
async function take(browser, url, { name, viewport, colorScheme }) {
  const context = await browser.newContext({ viewport, colorScheme });
  const page = await context.newPage();
  await page.goto(url);
  const row = page
    .getByRole("grid", { name: "Pods" })
    .getByRole("row")
    .filter({ has: page.getByText("web", { exact: true }) });
  await row.getByText("web", { exact: true }).click();
  if (name === "workbench") {
    const opened = context.waitForEvent("page");
    await row.getByRole("button", { name: "Open :8080" }).click();
    const preview = await opened;
    await preview.waitForURL(/p-[a-z0-9]+\.localhost:\d+\/$/);
    await preview.close();
  }
  await row.getByRole("button", { name: "Shell", exact: true }).click();
  const terminal = page.getByTestId("terminal").filter({ visible: true });
  const text = () => terminal.evaluate((host) => /** @type {any} */ (host).porthole?.text() ?? "");
  const until = async (/** @type {string} */ wanted) => {
    for (let tries = 0; tries < 200 && !(await text()).includes(wanted); tries += 1)
      await page.waitForTimeout(50);
  };
  await until("web:");
  await terminal.click();
  for (const line of TYPED) {
    await page.keyboard.type(`${line}\n`);
    await page.waitForTimeout(250);
  }
  await until("\nready when you are");
  // The round trip is measured every few seconds; a picture without it looks unfinished.
  await page.waitForTimeout(1_500);
  const file = join(TARGET, `${name}-${colorScheme}.png`);
  await page.screenshot({ path: file });
  console.log(file.slice(ROOT.length + 1));
  await context.close();
}

try {
  await ensureInstalled();
  await ensureBuilt();
  await ensureChromium();
} catch (error) {
  process.exit(reportFailure(error));
}
try {
  await takeAll();
} finally {
  await stopPrograms();
}
