/** What clients left behind as a document, and what is wrong in it: docs/left-behind.md. */
import type { Mode } from "../../reference/reference-cluster.ts";
import { markdownRow } from "../table.ts";
import { MODE_WORDS } from "../upstreams.ts";
import { LEFT_AFTER_MS, type LeftResult } from "./run-left-behind.ts";
import { WORKLOADS } from "./workload.ts";

/** What a kubectl killed without Porthole amounts to: the wire it speaks with each API server, and TCP's end alone. */
const MEASURES: Record<Mode, string> = {
  legacy: "SPDY: FIN",
  phase1: "WebSocket v5: FIN",
  phase2: "WebSocket v5: FIN",
};
/** Those whose wire Porthole keeps on the way on, or whose command ends as if it did. */
const OWN_MEASURE = /^(kubectl|SPDY|WebSocket v4)/;

const INTRODUCTION = `# What a client leaves behind

How many processes are left in the container ${LEFT_AFTER_MS / 1000} s after a client has left: **without Porthole / through Porthole**. "-" is what was
not tried or does not exist: only Porthole has sessions, and kubelets before 1.30 have no v5. Made by \`npm run matrix -- --left-behind\`
against the reference cluster, which is upstream Kubernetes code; with \`--check\` it compares with what happens now.

A command *prints* every 0.3 s, *reads* its input until that ends, or *sleeps*. \`-it\` is with a terminal; kubectl's
\`attach -it\` goes on without one, because the container has none.

What decides is how the connection to the API server ends. A WebSocket client that sends a close frame leaves its command
running, because upstream's translator reads the output away; so does a SPDY client that says GOAWAY, where the command has a
terminal or sleeps. Porthole hangs up without either, whatever its own client did and for every reason of its own: a
session that a person ended or nobody looked at for 15 minutes, a right that was taken away, a sign-in that is over,
SIGTERM.

**With a terminal, over a WebSocket, the command is left with kubectl as well.** Porthole speaks to the API server over a
WebSocket where that takes one, so the page shares this with kubectl 1.36: end a shell with \`exit\` or Ctrl-D rather than
by its window. A client that speaks SPDY gets SPDY on the way on as well, and so does one of v4, whose WebSocket newer API
servers pass on to the kubelet as it is: neither leaves anything. Porthole started with
\`KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false\` uses SPDY for everybody.

A command that floods a terminal which nobody reads is left or not by chance, with kubectl as through Porthole: it depends on
whether the kubelet sees the API server's GOAWAY or its reset first.
`;

/** By mode, way and load. */
type Cells = Map<string, { direct?: LeftResult["left"]; porthole?: LeftResult["left"] }>;

export function renderLeftBehind(results: readonly LeftResult[]): string {
  const cells = cellsOf(results);
  const modes = [...new Set(results.map(({ mode }) => mode))];
  const sections = modes.map((mode) => {
    const ways = [...new Set(results.filter((one) => one.mode === mode).map(({ way }) => way.name))];
    const heads = ["who leaves, and how", ...WORKLOADS.map(({ name }) => name)];
    const rows = ways.map((way) => {
      const values = WORKLOADS.map(({ name }) => cellText(cells.get(key(mode, way, name))));
      return markdownRow([way, ...values]);
    });
    return [
      `## Reference cluster, ${mode}`,
      "",
      `Stands for ${MODE_WORDS[mode]}.`,
      "",
      markdownRow(heads),
      markdownRow(heads.map(() => "---")),
      ...rows,
      "",
    ].join("\n");
  });
  return [INTRODUCTION, ...sections].join("\n");
}

/** Each result of Porthole's side that is worse than without Porthole, or could not be had. */
export function faults(results: readonly LeftResult[]): LeftResult[] {
  const cells = cellsOf(results);
  return results.filter(({ mode, way, load, side, left }) => {
    if (typeof left === "string") return true;
    if (side === "direct" || left === 0) return false;
    const measure = OWN_MEASURE.test(way.name) ? way.name : MEASURES[mode];
    return cells.get(key(mode, measure, load.name))?.direct === 0;
  });
}

function cellsOf(results: readonly LeftResult[]): Cells {
  const cells: Cells = new Map();
  for (const { mode, way, load, side, left } of results) {
    const at = key(mode, way.name, load.name);
    cells.set(at, { ...cells.get(at), [side]: left });
  }
  return cells;
}

function cellText(cell: { direct?: LeftResult["left"]; porthole?: LeftResult["left"] } | undefined): string {
  if (cell === undefined) return "-";
  const text = (left: LeftResult["left"] | undefined) => (typeof left === "number" ? String(left) : "-");
  return `${text(cell.direct)} / ${text(cell.porthole)}`;
}

function key(mode: string, way: string, load: string): string {
  return `${mode}, ${way}, ${load}`;
}
