/** Tries cell after cell: one upstream and one Porthole at a time, every client through it, every operation. */
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { limited } from "../conformance/limited";
import { CUT_CONTEXT, type StartedPorthole, startPorthole } from "../conformance/started-porthole";
import { Target } from "../conformance/target";
import { type Cell, type MatrixCell, type MatrixResult, OPERATIONS, type Operation } from "./cell";
import type { Site } from "./client";
import type { ClientRow, OpenClient } from "./clients";
import { type PodPorts, startPodPorts } from "./pod-ports";
import { takenPath } from "./taken-path";
import type { RunningUpstream, Upstream } from "./upstreams";

const CELL_LIMIT_MS = 300_000;

export interface MatrixOptions {
  upstreams: readonly Upstream[];
  clients: readonly ClientRow[];
  /** Random bytes each way in each cell. */
  bytes: number;
  onCell(cell: MatrixCell): void;
  /** Ends the run and stops everything it started. */
  signal?: AbortSignal;
}

export async function runMatrix(options: MatrixOptions): Promise<MatrixResult> {
  const { upstreams, clients, bytes, onCell, signal } = options;
  const result: MatrixResult = { cells: [], fallbacks: new Map() };
  const stopped = aborted(signal);
  stopped.catch(() => {});
  const add = (cell: MatrixCell) => {
    result.cells.push(cell);
    onCell(cell);
  };
  for (const upstream of upstreams) {
    const skipAll = (row: ClientRow, reason: string) => {
      for (const operation of OPERATIONS) {
        add({ upstream: upstream.name, client: row.name, operation, cell: { kind: "skipped", reason } });
      }
    };
    if (upstream.missing !== null) {
      for (const row of clients) skipAll(row, upstream.missing);
      continue;
    }
    const site = await OpenSite.open(upstream);
    try {
      for (const row of clients) {
        if (row.missing !== null) {
          skipAll(row, row.missing);
          continue;
        }
        const client = await row.open(site.site);
        try {
          for (const operation of OPERATIONS) {
            const trying = tryCell(client, row, operation, site.site, bytes);
            const { cell, fallback } = await Promise.race([trying, stopped]);
            add({ upstream: upstream.name, client: row.name, operation, cell });
            if (fallback === null) continue;
            const reasons = result.fallbacks.get(upstream.name) ?? new Set();
            result.fallbacks.set(upstream.name, reasons.add(fallback));
          }
        } finally {
          await client.stop();
        }
      }
    } finally {
      await site.close();
    }
  }
  return result;
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
    const reason = error instanceof Error ? error.message : String(error);
    return { cell: { kind: "fails", reason }, fallback: null };
  }
}

/** Never resolves. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function subresource(operation: Operation): string {
  if (operation === "attach") return "attach";
  return operation === "port-forward" ? "portforward" : "exec";
}

/** An upstream with a Porthole in front of it that serves TLS, and what listens in its pods. */
class OpenSite {
  private constructor(
    readonly site: Site,
    private readonly parts: { upstream: RunningUpstream; porthole: StartedPorthole; ports: PodPorts },
  ) {}

  static async open(upstream: Upstream): Promise<OpenSite> {
    const running = await upstream.start();
    const ports = await startPodPorts();
    try {
      const { kubeconfig: file, context } = running;
      const porthole = await startPorthole({ kind: "kubeconfig", file, context });
      const { origin, token, ca, caFile, cut, folder } = porthole;
      if (typeof cut === "string" || caFile === undefined) {
        await porthole.stop();
        throw new Error(`the matrix needs openssl, and connections that it can cut: ${cut}`);
      }
      const target = new Target({ origin, token, ca, context });
      const site = {
        target,
        cuttable: { target: target.withContext(CUT_CONTEXT), cut },
        caFile,
        folder: mkdtempSync(join(folder, "clients-")),
        webPort: ports.webPort,
        echoPort: ports.echoPort,
      };
      return new OpenSite(site, { upstream: running, porthole, ports });
    } catch (error) {
      await ports.stop();
      await running.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    const { upstream, porthole, ports } = this.parts;
    await porthole.stop();
    await ports.stop();
    await upstream.stop();
  }
}
