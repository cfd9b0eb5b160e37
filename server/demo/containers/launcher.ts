/**
 * The last steps between a fork and a container's process, done by a bash that then becomes the process. Only
 * Linux needs them: elsewhere descriptors are closed by the platform, and /dev/stdin is no link into /proc.
 */
import type { Launch } from "./container-sandbox.ts";

/**
 * The PTY package does not mark its descriptors close-on-exec, so every child of ours would hold the terminals
 * of all others.
 */
const CLOSE_INHERITED = `for fd in /proc/self/fd/*; do fd=\${fd##*/}; if ((fd > 2)); then exec {fd}>&-; fi; done`;

/**
 * Node gives a child socket pairs for pipes, and those cannot be opened again: `echo text > /dev/stderr` fails
 * with "No such device or address". So bash makes the pipes, says their numbers, and goes on once we have
 * opened the other ends through /proc.
 */
const MAKE_PIPES = [
  "exec {in}< <(:) {out}> >(:) {err}> >(:)",
  'echo "$in $out $err"',
  "read -r",
  'exec <&"$in" >&"$out" 2>&"$err"',
  "exec {in}<&- {out}>&- {err}>&-",
].join("; ");

/**
 * A bash whose stdin is a socket takes itself for one that rshd started, and reads ~/.bashrc: the pod's, which a visitor
 * writes, or with namespaces this machine's, which exports what it likes into the container. With -p neither BASH_ENV
 * nor functions of the environment count.
 */
const READ_NOTHING = ["--noprofile", "--norc", "-p"];

const BECOME = 'exec "$@"';

export interface Command {
  file: string;
  args: string[];
}

/**
 * A bash that leads a session makes the terminal on its stdin its own at once (check_dev_tty). So stdin is
 * something else until the bash has done its work.
 */
const READ_FROM_STDOUT = "exec <&1";

export function terminalCommand(launch: Launch): Command {
  return command(launch, [CLOSE_INHERITED, ...(launch.takesTerminal ? [READ_FROM_STDOUT] : []), BECOME]);
}

/** With a bash: prints three descriptor numbers and waits for a line before it becomes the process. */
export function pipeCommand(launch: Launch): Command {
  return command(launch, [CLOSE_INHERITED, MAKE_PIPES, BECOME]);
}

function command(launch: Launch, script: string[]): Command {
  const argv = launch.bash
    ? [launch.bash, ...READ_NOTHING, "-c", script.join("; "), "sh", ...launch.argv]
    : launch.argv;
  const [file = "", ...args] = argv;
  return { file, args };
}
