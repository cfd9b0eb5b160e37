/** Finds a Chromium for the browser tests, or installs one: Debian's package as root, else Playwright's own. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { playwrightChromium, systemChromium } from "./chromium.mjs";
import { PrepareError } from "./prepare.mjs";
import { elapsed, packageBin, runStep, say } from "./run-step.mjs";

const INSTALL_LIMIT_MS = 10 * 60_000;

/** @throws {PrepareError} */
export async function ensureChromium() {
  if (systemChromium() ?? (await playwrightChromium())) return;
  const began = performance.now();
  const asRoot = process.getuid?.() === 0 && isOnPath("apt-get");
  say(`Installing Chromium for the browser tests (${asRoot ? "apt-get" : "Playwright's own build"})…`);
  const steps = asRoot
    ? [
        ["apt-get", "-qq", "update"],
        ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"],
      ]
    : [[...packageBin("@playwright", "test", "cli.js"), "install", "chromium"]];
  for (const command of steps) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const { ok, outcome, output } = await runStep(command, { env, timeoutMs: INSTALL_LIMIT_MS });
    if (!ok) {
      const advice = "Install one, or set CHROMIUM_PATH.";
      throw new PrepareError(`Chromium could not be installed: ${command[0]} ${outcome}. ${advice}`, output);
    }
  }
  if (!(systemChromium() ?? (await playwrightChromium()))) {
    throw new PrepareError("Chromium was installed but is not where it should be. Set CHROMIUM_PATH.", "");
  }
  say(`Chromium installed in ${elapsed(began)}.`);
}

/** @param {string} program */
function isOnPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
