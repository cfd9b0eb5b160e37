/** vitest reporter: writes the Tally of a run, with the reason of each skip, which its JSON reporter leaves out. */
import { relative } from "node:path";
import { ROOT } from "./run-step.mjs";
import { emptyTally, writeTally } from "./tally.mjs";

export default class VitestTally {
  /**
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly { message: string }[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const tally = emptyTally();
    for (const module of modules) {
      const file = relative(ROOT, module.moduleId);
      for (const error of module.errors()) tally.failures.push(`${file}: ${firstLine(error)}`);
      for (const suite of module.children.allSuites()) {
        for (const { message } of suite.errors())
          tally.failures.push(`${file}: ${suite.fullName}: ${message}`);
      }
      for (const test of module.children.allTests()) {
        const name = `${file}: ${test.fullName}`;
        const result = test.result();
        if (result.state === "passed") tally.passed += 1;
        else if (result.state === "failed") tally.failures.push(name);
        else if (result.state === "skipped") {
          tally.skipped.push({ name, reason: result.note ?? skipReason(test) });
        } else tally.failures.push(`${name} did not finish`);
      }
    }
    for (const error of unhandledErrors)
      tally.failures.push(`an error outside any test: ${firstLine(error)}`);
    writeTally(tally);
  }
}

/** Tests whose beforeAll failed count as skipped; the failure itself is counted at the suite. @param {import("vitest/node").TestCase} test */
function skipReason(test) {
  for (let suite = test.parent; ; suite = suite.parent) {
    if (suite.errors().length > 0) return "its suite could not be set up";
    if (suite.type === "module") return "marked as skipped in the file";
  }
}

/** The runner has printed the rest. @param {{ message: string }} error */
function firstLine({ message }) {
  return message.split("\n")[0];
}
