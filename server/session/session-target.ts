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
 * What the page's terminal can do, for programs that ask the environment, by what every shell has built in: many
 * containers have no `env`. Without a character set, which few images name, a shell drops the letters beyond ASCII
 * that are typed, and `ls` writes them in octal. What the image or the pod sets stays. A glibc with an archive of
 * locales and no C.UTF-8 (RHEL and CentOS 7) would make bash complain of that name; their archive has en_US.UTF-8.
 */
export const SHELL_ENVIRONMENT = [
  "TERM=xterm-256color; COLORTERM=truecolor; export TERM COLORTERM;",
  'case "$LC_ALL$LC_CTYPE$LANG" in "") LC_CTYPE=C.UTF-8;',
  "if [ -f /usr/lib/locale/locale-archive ] && ! [ -d /usr/lib/locale/C.utf8 ] && ! [ -d /usr/lib/locale/C.UTF-8 ];",
  "then LC_CTYPE=en_US.UTF-8; fi; export LC_CTYPE;; esac;",
].join(" ");

const BEST_SHELL =
  "if [ -x /bin/bash ]; then exec /bin/bash; fi; if [ -x /usr/bin/bash ]; then exec /usr/bin/bash; fi; exec /bin/sh";

/**
 * Which shell to start when nobody named a command. One exec finds the best one and becomes it: bash where there is
 * one, else sh. No second exec is spent on asking, and a container without /bin/sh fails once, with the runtime's own
 * words.
 */
export function shellCommand(): string[] {
  return ["/bin/sh", "-c", `${SHELL_ENVIRONMENT} ${BEST_SHELL}`];
}
