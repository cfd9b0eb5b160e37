/** The slow readers of an upstream, all at once: nearly all of it is waiting. */
import { aborted, limited } from "../waiting.ts";
import type { Site } from "./clients/client.ts";
import { eachUpstream } from "./each-upstream.ts";
import { OpenSite } from "./open-site.ts";
import { SLOW_PROOFS, type SlowProof, type SlowProofName } from "./proofs/slow-proofs.ts";
import type { SlowRow } from "./slow-rows.ts";
import type { Upstream } from "./upstreams.ts";

/** On top of the time in which nothing is read. */
const CELL_LIMIT_MS = 240_000;

export type SlowEnd =
  /** The stream went on, and its bytes are whole. */
  | { kind: "goes on" }
  /** The client gave up by itself. */
  | { kind: "own end"; reason: string; afterSeconds: number }
  | { kind: "fails"; reason: string }
  | { kind: "skipped"; reason: string };

export interface SlowCell {
  upstream: string;
  client: string;
  proof: SlowProofName;
  end: SlowEnd;
}

export interface SlowOptions {
  upstreams: readonly Upstream[];
  rows: readonly SlowRow[];
  waitMs: number;
  /** Upstreams at a time. */
  jobs: number;
  onCell(cell: SlowCell): void;
  signal?: AbortSignal;
}

export async function runSlow(options: SlowOptions): Promise<SlowCell[]> {
  const { upstreams, rows, waitMs, jobs, onCell, signal } = options;
  const cells: SlowCell[] = [];
  const stopped = aborted(signal);
  await eachUpstream(upstreams, jobs, async (upstream) => {
    const add = (row: SlowRow) => (proof: SlowProofName, end: SlowEnd) => {
      const cell = { upstream: upstream.name, client: row.name, proof, end };
      cells.push(cell);
      onCell(cell);
    };
    if (upstream.missing !== null) {
      for (const row of rows) skip(upstream.missing, add(row));
      return;
    }
    signal?.throwIfAborted();
    const site = await OpenSite.open(upstream);
    try {
      await Promise.race([Promise.all(rows.map((row) => tryRow(row, site.site, waitMs, add(row)))), stopped]);
    } finally {
      await site.close();
    }
  });
  return cells;
}

type Add = (proof: SlowProofName, end: SlowEnd) => void;

function skip(reason: string, add: Add): void {
  for (const proof of SLOW_PROOFS) add(proof, { kind: "skipped", reason });
}

async function tryRow(row: SlowRow, site: Site, waitMs: number, add: Add): Promise<void> {
  if (row.missing !== null) {
    skip(row.missing, add);
    return;
  }
  const client = await row.open(site);
  try {
    const tries = SLOW_PROOFS.map(async (proof) =>
      add(proof, await tryProof(row.ownEnds[proof], client.proofs[proof], waitMs)),
    );
    await Promise.all(tries);
  } finally {
    await client.stop();
  }
}

async function tryProof(ownEnd: RegExp | undefined, proof: SlowProof, waitMs: number): Promise<SlowEnd> {
  const began = Date.now();
  try {
    await limited(proof(waitMs), "the end of the slow reader", waitMs + CELL_LIMIT_MS);
    return { kind: "goes on" };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const afterSeconds = Math.round((Date.now() - began) / 1000);
    if (!ownEnd?.test(reason)) return { kind: "fails", reason };
    return { kind: "own end", reason: reason.split("\n")[0] ?? "", afterSeconds };
  }
}
