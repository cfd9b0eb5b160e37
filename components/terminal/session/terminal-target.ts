/** The two shapes between a terminal and the page around it. */

export interface TerminalTarget {
  cluster: string;
  namespace: string;
  pod: string;
  container: string;
  /** Names that may be chosen instead. */
  containers: string[];
}

export interface TerminalSummary {
  state: "connecting" | "live" | "behind" | "reconnecting" | "ended" | "refused";
  /** What the program in the pod calls its window, as plain text. */
  title: string | null;
  /** Null while it runs, and when no exit status was received. */
  exitCode: number | null;
  /** The session to come back to after a reload; null until there is one. */
  sessionId: string | null;
}
