/** What a session runs, and where. */

export interface SessionTarget {
  cluster: string;
  namespace: string;
  pod: string;
  /** Absent: the API server takes the default, or says that one must be named. */
  container?: string;
  /** argv; empty when it is attached to what runs already. */
  command: string[];
  /** There when the command is one that a person named, and no shell. */
  run?: "command";
  /** Attached to the container's main process, which has what its pod's spec gave it. Absent: an exec on a terminal. */
  attach?: AttachedStreams;
}

export interface AttachedStreams {
  stdin: boolean;
  tty: boolean;
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

/** Becomes bash where there is one, else the shell that runs this, by the name under which it was found ($0). */
const BEST_SHELL =
  'if command -v bash >/dev/null 2>&1; then exec bash; fi; if [ -x /bin/bash ]; then exec /bin/bash; fi; exec "$0"';

/** Shells that take a script of sh, and so the environment too. */
const OF_SH_KIND = /(?:^|\/)(?:bash|dash|ash|ksh|mksh|zsh)$/;

/** With options that leave out a banner; they take no script of sh, so they are started as they are. */
const WITHOUT_BANNER: Readonly<Record<string, string[]>> = {
  powershell: ["-NoLogo"],
  pwsh: ["-NoLogo"],
};

/**
 * Which shell to start. By default one exec finds the best one and becomes it; no second exec is spent on asking. Its
 * first word has no slash, so the runtime looks along the container's own PATH: a shell may be at /busybox/sh. A
 * container without one fails once, with the runtime's own words, and whoever asked may name another.
 * @param shell a name or a path; of `sh` the same is asked, wherever it is
 */
export function shellCommand(shell = "sh"): string[] {
  if (shell === "sh" || shell.endsWith("/sh")) return [shell, "-c", `${SHELL_ENVIRONMENT} ${BEST_SHELL}`];
  if (OF_SH_KIND.test(shell)) return [shell, "-c", `${SHELL_ENVIRONMENT} exec "$0"`];
  return [shell, ...(WITHOUT_BANNER[shell] ?? [])];
}
