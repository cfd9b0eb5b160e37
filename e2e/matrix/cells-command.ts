/** `npm run matrix`: every cell, then the tables of the document or a comparison with them. */
import { cellText, type MatrixCell, OPERATIONS } from "./cell.ts";
import { choose } from "./choose.ts";
import { clientRows } from "./clients/clients.ts";
import { print, readText, writeText } from "./document-file.ts";
import type { Options } from "./options.ts";
import { runMatrix } from "./run-matrix.ts";
import { joinDocument, splitDocument } from "./slow-table.ts";
import { cellKey, readDocument, renderDocument } from "./table.ts";
import { upstreams } from "./upstreams.ts";

/** @returns how many cells failed */
export async function tryCells(options: Options, signal: AbortSignal): Promise<number> {
  const { chosen, whole, all } = choose(options, upstreams(), await clientRows(options.clientNodeFolder));
  const onCell = (cell: MatrixCell) => {
    // A row is skipped as a whole: once is enough.
    if (cell.cell.kind !== "skipped" || cell.operation === OPERATIONS[0]) print(line(cell));
  };
  const { bytes, jobs, file } = options;
  const result = await runMatrix({ ...chosen, bytes, jobs, onCell, signal });
  const failed = result.cells.filter(({ cell }) => cell.kind === "fails").length;
  const skipped = result.cells.filter(({ cell }) => cell.kind === "skipped").length;
  const differing = options.check ? compare(file, result.cells) : new Set();
  if (!options.check && whole && skipped === 0 && failed === 0) {
    const clients = all.clients.map(({ name }) => name);
    const { slow } = splitDocument(readText(file));
    writeText(file, joinDocument({ cells: renderDocument(bytes, result, all.upstreams, clients), slow }));
  } else if (!options.check) {
    print("The table was not written: it is, when every cell has been tried and works.");
  }
  const passed = result.cells.filter((one) => one.cell.kind === "works" && !differing.has(one)).length;
  print(`${skipped} skipped`);
  print(`${passed} passed, ${failed + differing.size} failed`);
  return failed + differing.size;
}

/** @returns the cells that do not fail, and are not as the table says */
function compare(file: string, cells: readonly MatrixCell[]): Set<MatrixCell> {
  const committed = readDocument(readText(file));
  const differing = new Set<MatrixCell>();
  for (const one of cells) {
    if (one.cell.kind === "skipped" || one.cell.kind === "fails") continue;
    const expected = committed.get(cellKey(one));
    if (expected === cellText(one.cell)) continue;
    differing.add(one);
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
