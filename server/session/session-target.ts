/** What a session runs, and where. */

export interface SessionTarget {
  cluster: string;
  namespace: string;
  pod: string;
  /** Absent: the API server takes the default, or says that one must be named. */
  container?: string;
  command: string[];
}

/**
 * Which shell to start when nobody named a command. One exec finds the best one and becomes it: bash where there is
 * one, else sh. No second exec is spent on asking, and a container without /bin/sh fails once, with the runtime's own
 * words.
 */
export function shellCommand(): string[] {
  return [
    "/bin/sh",
    "-c",
    "TERM=xterm-256color; export TERM; if [ -x /bin/bash ]; then exec /bin/bash; fi; if [ -x /usr/bin/bash ]; then exec /usr/bin/bash; fi; exec /bin/sh",
  ];
}
