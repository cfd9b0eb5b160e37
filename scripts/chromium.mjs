/** Which Chromium the browser tests drive, and how it is started. Shared by playwright.config.ts and test.mjs. */
import { existsSync } from "node:fs";

const SYSTEM_CHROMIUMS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * Containers have neither a sandbox nor a large /dev/shm, and a machine without a GPU must not look for one.
 * Nothing may call home during a test.
 */
export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
];

/**
 * CHROMIUM_PATH, or what the system has. Undefined: Playwright's own, if that is installed.
 * @throws when CHROMIUM_PATH names nothing: a typo must not silently test another browser
 */
export function systemChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH is ${named}, which does not exist`);
    return named;
  }
  return SYSTEM_CHROMIUMS.find((path) => existsSync(path));
}

/** Playwright's own Chromium, when it has been downloaded. */
export async function playwrightChromium() {
  const { chromium } = await import("@playwright/test");
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}
