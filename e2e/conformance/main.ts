/**
 * `npm run conformance`: tries every statement of suite.ts against one cluster and says of each whether it holds, does
 * not, or could not be tried and why. Exit status 0: all that could be tried hold; 1: some do not; 2: nothing was tried.
 */
import { type Outcome, runCheck } from "./check.ts";
import { type OpenConformance, openConformance } from "./open-conformance.ts";
import { readOptions, USAGE, UsageError } from "./options.ts";
import { SUITE } from "./suite.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

/** @returns the exit status */
async function main(argv: readonly string[], folder: string): Promise<number> {
  const options = readOptions(argv, folder);
  if (options === "help") return print(USAGE);
  const checks = SUITE.filter(({ title }) => title.includes(options.only));
  if (checks.length === 0) throw new UsageError(`no check's title contains ${JSON.stringify(options.only)}`);
  if (options.list) return print(checks.map(({ title, source }) => `${title}\n    ${source}`).join("\n"));
  const opened = await openConformance(options);
  const interrupted = stopOnSignals(opened);
  const outcomes: Outcome[] = [];
  try {
    print(`Conformance of ${opened.subject}, ${checks.length} checks`);
    for (const check of checks) {
      const outcome = await runCheck(check, opened.conformance);
      outcomes.push(outcome);
      print(line(check.title, check.source, outcome));
    }
  } finally {
    interrupted.remove();
    await opened.stop();
  }
  const count = (kind: Outcome["kind"]) => outcomes.filter((outcome) => outcome.kind === kind).length;
  print(`${count("skipped")} skipped\n${count("passed")} passed, ${count("failed")} failed`);
  return count("failed") > 0 ? EXIT_FAILED : 0;
}

function line(title: string, source: string, outcome: Outcome): string {
  if (outcome.kind === "passed") return `ok      ${title}`;
  const reason = outcome.reason.replaceAll("\n", "\n        ");
  if (outcome.kind === "skipped") return `skipped ${title}\n        ${reason}`;
  return `FAILED  ${title}\n        ${reason}\n        from: ${source}`;
}

/** A stopped suite leaves no Porthole behind. */
function stopOnSignals(opened: OpenConformance): { remove(): void } {
  const stop = () => void opened.stop().finally(() => process.exit(EXIT_INTERRUPTED));
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.once(signal, stop);
  return {
    remove() {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}

function print(text: string): 0 {
  process.stdout.write(`${text}\n`);
  return 0;
}

// npm moves to the package's folder; paths are relative to where the person stands.
main(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd()).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const known = error instanceof UsageError;
    process.stderr.write(`${known ? error.message : error instanceof Error ? error.stack : error}\n`);
    process.exitCode = EXIT_USAGE;
  },
);
