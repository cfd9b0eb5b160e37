/** The command line of the matrix. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../../scripts/run-step.mjs";
import { UsageError } from "../conformance/options.ts";

const MIB = 1024 * 1024;
/** Longer than every deadline of a peer that hears nothing: kubectl has 61 s. */
export const SLOW_SECONDS = 75;

export interface Options {
  bytes: number;
  /** Parts of names; empty: all. */
  upstream: string;
  client: string;
  check: boolean;
  /** The slow readers instead of the cells. */
  slow: boolean;
  slowMs: number;
  /** What clients leave behind, instead of the cells. */
  leftBehind: boolean;
  jobs: number;
  clientNodeFolder: string;
  file: string;
  leftBehindFile: string;
}

export const USAGE = `Usage: npm run matrix -- [flags]

Tries every client through Porthole to every kind of cluster and writes docs/compatibility.md. PORTHOLE_REFERENCE_BIN
names the folder with refcluster, kubectl and kubectl-1.20; without it only what needs none of them is tried.

  --check               compares with the table as it is, and writes nothing
  --mib N               random data each way in each cell (64)
  --jobs N              upstreams at a time (1)
  --slow                instead of the cells: every client does not read for 75 s, all clients of an upstream at once
  --slow-seconds N      another time than 75 s, for a look: then nothing is written
  --left-behind         instead of the cells: what clients leave in the container, for docs/left-behind.md
  --upstream TEXT       only upstreams whose name contains TEXT, for example "demo cluster, phase1"
  --client TEXT         only clients whose name contains TEXT
  --client-node FOLDER  where @kubernetes/client-node is installed, when it is not in the repository

Each table is written only when every cell of it has been tried, and works; the other one stays as it is.`;

/** @param folder where the person stands @throws UsageError */
export function readOptions(argv: readonly string[], folder: string): Options | "help" {
  let values: { [name: string]: string | boolean | undefined };
  try {
    values = parseArgs({
      args: [...argv],
      options: {
        check: { type: "boolean" },
        slow: { type: "boolean" },
        "left-behind": { type: "boolean" },
        "slow-seconds": { type: "string", default: String(SLOW_SECONDS) },
        jobs: { type: "string", default: "1" },
        mib: { type: "string", default: "64" },
        upstream: { type: "string", default: "" },
        client: { type: "string", default: "" },
        "client-node": { type: "string" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  if (values.help) return "help";
  const clientNode = values["client-node"];
  return {
    bytes: number(values, "mib") * MIB,
    slow: values.slow === true,
    slowMs: number(values, "slow-seconds") * 1000,
    leftBehind: values["left-behind"] === true,
    jobs: number(values, "jobs"),
    upstream: String(values.upstream),
    client: String(values.client),
    check: values.check === true,
    clientNodeFolder: typeof clientNode === "string" ? resolve(folder, clientNode) : ROOT,
    file: resolve(ROOT, "docs", "compatibility.md"),
    leftBehindFile: resolve(ROOT, "docs", "left-behind.md"),
  };
}

function number(values: { [name: string]: string | boolean | undefined }, name: string): number {
  if (!/^[1-9]\d{0,3}$/.test(String(values[name]))) {
    throw new UsageError(`--${name} takes a whole number from 1 to 9999`);
  }
  return Number(values[name]);
}
