/** Playwright reporter: writes the Tally of a run. A test that needed a second try counts as failed. */
import { relative } from "node:path";
import { ROOT } from "./run-step.mjs";
import { emptyTally, writeTally } from "./tally.mjs";

export default class PlaywrightTally {
  /** @type {import("@playwright/test/reporter").TestCase[]} */
  #tests = [];
  /** @type {string[]} */
  #errors = [];

  /** @param {unknown} _config @param {import("@playwright/test/reporter").Suite} suite */
  onBegin(_config, suite) {
    this.#tests = suite.allTests();
  }

  /** @param {{ message?: string, value?: string }} error */
  onError(error) {
    this.#errors.push(`an error outside any test: ${error.message ?? error.value ?? "unknown"}`);
  }

  onEnd() {
    const tally = emptyTally();
    for (const test of this.#tests) {
      const name = `${relative(ROOT, test.location.file)}: ${test.titlePath().slice(3).join(" ")}`;
      const outcome = test.outcome();
      // The time limit of a run leaves tests that never began; Playwright calls those skipped too.
      if (test.results.length === 0) tally.failures.push(`${name} was not run`);
      else if (outcome === "expected") tally.passed += 1;
      else if (outcome === "skipped") tally.skipped.push({ name, reason: skipReason(test) });
      else tally.failures.push(outcome === "flaky" ? `${name} passed at the second try only` : name);
    }
    tally.failures.push(...this.#errors);
    writeTally(tally);
  }

  printsToStdio() {
    return false;
  }
}

/** @param {import("@playwright/test/reporter").TestCase} test */
function skipReason(test) {
  const notes = [...test.annotations, ...test.results.flatMap(({ annotations }) => annotations)];
  const note = notes.find(({ type, description }) => ["skip", "fixme"].includes(type) && description);
  return note?.description ?? "marked as skipped in the file";
}
