/**
 * `npm run matrix`: makes the tables of docs/compatibility.md, or compares with them. Exit status 0: every cell that was
 * tried works and, with --check, is as the table says; 1: one does not; 2: nothing was tried.
 */
import { UsageError } from "../conformance/options.ts";
import { tryCells } from "./cells-command.ts";
import { print } from "./document-file.ts";
import { tryLeaving } from "./left-behind/left-behind-command.ts";
import { readOptions, USAGE } from "./options.ts";
import { trySlow } from "./proofs/slow-command.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** @returns the exit status */
async function main(argv: readonly string[], folder: string): Promise<number> {
  const options = readOptions(argv, folder);
  if (options === "help") {
    print(USAGE);
    return 0;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => stop.abort(new UsageError(`stopped by ${signal}`)));
  }
  const run = options.leftBehind ? tryLeaving : options.slow ? trySlow : tryCells;
  const failed = await run(options, stop.signal);
  return failed > 0 ? EXIT_FAILED : 0;
}

// npm moves to the package's folder; paths are relative to where the person stands.
main(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd()).then(
  (status) => process.exit(status),
  (error: unknown) => {
    const known = error instanceof UsageError;
    process.stderr.write(`${known ? error.message : error instanceof Error ? error.stack : error}\n`);
    process.exit(EXIT_USAGE);
  },
);
