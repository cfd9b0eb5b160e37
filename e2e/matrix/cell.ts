/** The shape of the matrix: what was tried where, and what came of it. */

export const OPERATIONS = ["exec, terminal", "exec, pipe", "attach", "port-forward", "cp"] as const;
export type Operation = (typeof OPERATIONS)[number];

export type Cell =
  /** Every proof held; the path is the one the streams took. */
  | { kind: "works"; path: string }
  | { kind: "fails"; reason: string }
  /** The client has no such operation. */
  | { kind: "none"; reason: string }
  /** It could not be tried here. */
  | { kind: "skipped"; reason: string };

export interface MatrixCell {
  upstream: string;
  client: string;
  operation: Operation;
  cell: Cell;
}

/** Why streams to an upstream went over SPDY, in the words of Porthole. */
export type Fallbacks = Map<string, Set<string>>;

export interface MatrixResult {
  cells: MatrixCell[];
  fallbacks: Fallbacks;
}

/** As it stands in the table. */
export function cellText(cell: Cell): string {
  switch (cell.kind) {
    case "works":
      return cell.path;
    case "fails":
      return `**fails**: ${cell.reason.replaceAll("|", "/").replaceAll(/\s+/g, " ")}`;
    case "none":
      return "-";
    case "skipped":
      return "not tried";
  }
}
