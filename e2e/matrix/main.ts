/**
 * `npm run matrix`: makes the table of docs/compatibility.md, or compares with it. Exit status 0: every cell that was
 * tried works and, with --check, is as the table says; 1: one does not; 2: nothing was tried.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "../conformance/options";
import { cellText, type MatrixCell, OPERATIONS } from "./cell";
import { clientRows } from "./clients";
import { type Options, readOptions, USAGE } from "./options";
import { runMatrix } from "./run-matrix";
import { cellKey, readDocument, renderDocument } from "./table";
import { upstreams } from "./upstreams";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** @returns the exit status */
async function main(argv: readonly string[], folder: string): Promise<number> {
  const options = readOptions(argv, folder);
  if (options === "help") return print(USAGE);
  const allUpstreams = upstreams();
  const allClients = await clientRows(options.clientNodeFolder);
  const chosen = {
    upstreams: allUpstreams.filter(({ name }) => name.includes(options.upstream)),
    clients: allClients.filter(({ name }) => name.includes(options.client)),
  };
  if (chosen.upstreams.length * chosen.clients.length === 0) {
    throw new UsageError(
      `There are the upstreams ${names(allUpstreams)} and the clients ${names(allClients)}.`,
    );
  }
  const onCell = (cell: MatrixCell) => {
    // A row is skipped as a whole: once is enough.
    if (cell.cell.kind !== "skipped" || cell.operation === OPERATIONS[0]) print(line(cell));
  };
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => stop.abort(new UsageError(`stopped by ${signal}`)));
  }
  const result = await runMatrix({ ...chosen, bytes: options.bytes, onCell, signal: stop.signal });
  const failed = result.cells.filter(({ cell }) => cell.kind === "fails").length;
  const skipped = result.cells.filter(({ cell }) => cell.kind === "skipped");
  const differing = options.check ? compare(options, result.cells) : 0;
  const whole =
    chosen.upstreams.length === allUpstreams.length && chosen.clients.length === allClients.length;
  if (!options.check && whole && skipped.length === 0 && failed === 0) {
    const text = renderDocument(
      options.bytes,
      result,
      allUpstreams,
      allClients.map(({ name }) => name),
    );
    mkdirSync(dirname(options.file), { recursive: true });
    writeFileSync(options.file, text);
    print(`written: ${options.file}`);
  } else if (!options.check) {
    print("The table was not written: it is, when every cell has been tried and works.");
  }
  print(`${skipped.length} skipped`);
  const tried = result.cells.filter(({ cell }) => cell.kind === "works").length;
  print(`${tried - differing} passed, ${failed + differing} failed`);
  return failed + differing > 0 ? EXIT_FAILED : 0;
}

/** @returns how many cells work, and not as the table says */
function compare({ file }: Options, cells: readonly MatrixCell[]): number {
  const committed = readDocument(readFileSync(file, "utf8"));
  let differing = 0;
  for (const one of cells) {
    if (one.cell.kind === "skipped" || one.cell.kind === "fails") continue;
    const expected = committed.get(cellKey(one));
    if (expected === cellText(one.cell)) continue;
    differing += 1;
    print(`differs ${cellKey(one)}: the table says ${expected ?? "nothing"}`);
  }
  return differing;
}

function line(one: MatrixCell): string {
  const where = `${one.upstream}, ${one.client}, ${one.operation}`;
  const { cell } = one;
  if (cell.kind === "skipped") return `skipped ${one.upstream}, ${one.client}: ${cell.reason}`;
  if (cell.kind === "works") return `ok      ${where}: ${cell.path}`;
  return `${cell.kind === "fails" ? "FAILED " : "-      "} ${where}: ${cell.reason}`;
}

function names(list: readonly { name: string }[]): string {
  return list.map(({ name }) => JSON.stringify(name)).join(", ");
}

function print(text: string): 0 {
  process.stdout.write(`${text}\n`);
  return 0;
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
