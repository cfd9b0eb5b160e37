/** The command line of the matrix. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../../scripts/run-step.mjs";
import { UsageError } from "../conformance/options";

const MIB = 1024 * 1024;

export interface Options {
  bytes: number;
  /** Parts of names; empty: all. */
  upstream: string;
  client: string;
  check: boolean;
  clientNodeFolder: string;
  file: string;
}

export const USAGE = `Usage: npm run matrix -- [flags]

Tries every client through Porthole to every kind of cluster and writes docs/compatibility.md. PORTHOLE_REFERENCE_BIN
names the folder with refcluster, kubectl and kubectl-1.20; without it only what needs none of them is tried.

  --check               compares with the table as it is, and writes nothing
  --mib N               random data each way in each cell (64)
  --upstream TEXT       only upstreams whose name contains TEXT, for example "demo cluster, phase1"
  --client TEXT         only clients whose name contains TEXT
  --client-node FOLDER  where @kubernetes/client-node is installed, when it is not in the repository

The table is written only when every cell has been tried.`;

/** @param folder where the person stands @throws UsageError */
export function readOptions(argv: readonly string[], folder: string): Options | "help" {
  let values: { [name: string]: string | boolean | undefined };
  try {
    values = parseArgs({
      args: [...argv],
      options: {
        check: { type: "boolean" },
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
  if (!/^[1-9]\d{0,3}$/.test(String(values.mib))) throw new UsageError("--mib takes a whole number from 1");
  const clientNode = values["client-node"];
  return {
    bytes: Number(values.mib) * MIB,
    upstream: String(values.upstream),
    client: String(values.client),
    check: values.check === true,
    clientNodeFolder: typeof clientNode === "string" ? resolve(folder, clientNode) : ROOT,
    file: resolve(ROOT, "docs", "compatibility.md"),
  };
}
