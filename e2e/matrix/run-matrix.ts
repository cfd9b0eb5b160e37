/** Tries cell after cell: every client through the Porthole of an upstream, every operation. */
import { aborted, limited } from "../waiting.ts";
import { type Cell, type MatrixCell, type MatrixResult, OPERATIONS, type Operation } from "./cell.ts";
import type { Site } from "./clients/client.ts";
import type { ClientRow, OpenClient } from "./clients/clients.ts";
import { eachUpstream } from "./each-upstream.ts";
import { OpenSite } from "./open-site.ts";
import { takenPath } from "./proofs/taken-path.ts";
import type { Upstream } from "./upstreams.ts";

const CELL_LIMIT_MS = 300_000;

export interface MatrixOptions {
  upstreams: readonly Upstream[];
  clients: readonly ClientRow[];
  /** Random bytes each way in each cell. */
  bytes: number;
  /**
   * Upstreams at a time. Each has a Porthole of its own; the clients of one come one after another, because its newest
   * stream tells which path was taken.
   */
  jobs: number;
  onCell(cell: MatrixCell): void;
  /** Ends the run and stops everything it started. */
  signal?: AbortSignal;
}

interface Run extends MatrixOptions {
  result: MatrixResult;
  stopped: Promise<never>;
}

export async function runMatrix(options: MatrixOptions): Promise<MatrixResult> {
  const result: MatrixResult = { cells: [], fallbacks: new Map() };
  const run: Run = { ...options, result, stopped: aborted(options.signal) };
  await eachUpstream(options.upstreams, options.jobs, (upstream) => tryUpstream(run, upstream));
  return result;
}

async function tryUpstream(run: Run, upstream: Upstream): Promise<void> {
  const { clients, signal } = run;
  if (upstream.missing !== null) {
    for (const row of clients) addAll(run, upstream, row, { kind: "skipped", reason: upstream.missing });
    return;
  }
  signal?.throwIfAborted();
  const site = await OpenSite.open(upstream);
  try {
    for (const row of clients) {
      if (row.missing !== null) addAll(run, upstream, row, { kind: "skipped", reason: row.missing });
      else await tryClient(run, upstream, row, site.site);
    }
  } finally {
    await site.close();
  }
}

async function tryClient(run: Run, upstream: Upstream, row: ClientRow, site: Site): Promise<void> {
  let client: OpenClient;
  try {
    client = await row.open(site);
  } catch (error) {
    addAll(run, upstream, row, { kind: "fails", reason: inWords(error) });
    return;
  }
  try {
    for (const operation of OPERATIONS) {
      const trying = tryCell(client, row, operation, site, run.bytes);
      const { cell, fallback } = await Promise.race([trying, run.stopped]);
      add(run, { upstream: upstream.name, client: row.name, operation, cell });
      if (fallback === null) continue;
      const reasons = run.result.fallbacks.get(upstream.name) ?? new Set();
      run.result.fallbacks.set(upstream.name, reasons.add(fallback));
    }
  } finally {
    await client.stop();
  }
}

async function tryCell(
  client: OpenClient,
  row: ClientRow,
  operation: Operation,
  site: Site,
  bytes: number,
): Promise<{ cell: Cell; fallback: string | null }> {
  const proof = client.proofs[operation];
  if (typeof proof === "string") return { cell: { kind: "none", reason: proof }, fallback: null };
  try {
    await limited(proof(bytes), "the end of the cell", CELL_LIMIT_MS);
    const { words, fallback } = await takenPath(site.target, subresource(operation), row.spdy);
    return { cell: { kind: "works", path: words }, fallback };
  } catch (error) {
    return { cell: { kind: "fails", reason: inWords(error) }, fallback: null };
  }
}

function addAll(run: Run, upstream: Upstream, row: ClientRow, cell: Cell): void {
  for (const operation of OPERATIONS)
    add(run, { upstream: upstream.name, client: row.name, operation, cell });
}

function add({ result, onCell }: Run, cell: MatrixCell): void {
  result.cells.push(cell);
  onCell(cell);
}

function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function subresource(operation: Operation): string {
  if (operation === "attach") return "attach";
  return operation === "port-forward" ? "portforward" : "exec";
}
