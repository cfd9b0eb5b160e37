/** A process of a container, on a PTY or on pipes. Next hop: process-runner.ts, which joins it to a stream. */
import type { Channel } from "#protocol/channel.ts";
import type { TerminalSize } from "#protocol/resize.ts";

export interface ProcessEvents {
  /** Bytes as the process wrote them; a few more may come after pause(). */
  output(channel: typeof Channel.Stdout | typeof Channel.Stderr, bytes: Uint8Array): void;
  /** What write() refused to take at once has gone in. */
  inputDrained(): void;
  /** Once, after the last output. A signal counts as 128 plus its number, as shells and runtimes say it. */
  exit(code: number): void;
}

export interface ContainerProcess {
  /** False: the process does not read; stop until inputDrained. */
  write(bytes: Uint8Array): boolean;
  /** End of input: end of file on a pipe, the EOT character on a terminal. */
  endInput(): void;
  /** Does nothing without a terminal. */
  resize(size: TerminalSize): void;
  pauseOutput(): void;
  resumeOutput(): void;
  /** Ends the whole process group: hang-up first, so that a shell can tell its jobs, then without asking. */
  kill(): void;
  /** Without asking, now. */
  killNow(): void;
}

/** Time between hang-up and kill. */
export const KILL_GRACE_MS = 1_000;

/**
 * Whether a group outlived its leader: a bwrap that is hung up for while it starts leaves its child, which a hang-up does
 * not end, and so does a program that ignores one. Its number is nobody else's while it lives.
 */
export function groupLives(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Signals a process group; one that has gone already is no error. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: it ended on its own.
  }
}
