/** A process on a terminal. Bytes pass undecoded; the output is complete when the exit is reported. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { constants as osConstants } from "node:os";
import { ReadStream } from "node:tty";
import { Channel } from "#protocol/channel.ts";
import type { TerminalSize } from "#protocol/resize.ts";
import { startFailure } from "./container-error.ts";
import {
  type ContainerProcess,
  groupLives,
  KILL_GRACE_MS,
  type ProcessEvents,
  signalGroup,
} from "./container-process.ts";
import type { Launch } from "./container-sandbox.ts";
import { terminalCommand } from "./launcher.ts";
import { type LoadedPty, loadNativePty } from "./native-pty.ts";
import { PtyInput } from "./pty-input.ts";

/** End of transmission, Ctrl-D. */
const EOT = Uint8Array.of(0x04);
/** What the kernel keeps of a terminal's output is less than this. */
const DRAIN_BUFFER_BYTES = 64 * 1024;
const SAME_USER = -1;

interface Started {
  pid: number;
  fd: number;
  slave: number;
  /** Hears the end, 128 and the number of a signal included. */
  onExit(hook: (code: number) => void): void;
}

function openSlave(pty: string): number {
  return openSync(pty, constants.O_RDWR | constants.O_NOCTTY);
}

/** The child is a session leader and the terminal its own. */
function fork(loaded: LoadedPty, launch: Launch, size: TerminalSize): Started {
  const { file, args } = terminalCommand(launch);
  let hook = (_code: number) => {};
  const forked = loaded.native.fork(
    file,
    args,
    Object.entries(launch.env).map(([name, value]) => `${name}=${value}`),
    launch.cwd,
    size.width,
    size.height,
    SAME_USER,
    SAME_USER,
    false,
    loaded.helperPath,
    (code, signal) => hook(signal === 0 ? code : 128 + signal),
  );
  const onExit = (one: typeof hook) => {
    hook = one;
  };
  return { pid: forked.pid, fd: forked.fd, slave: openSlave(forked.pty), onExit };
}

/**
 * Where there is a launcher the binding's fork is not used: it starts a thread for each, and ends the whole server when
 * the system has none left. The child is a session leader without a terminal; the launcher's bash takes the one on its
 * stdin, or what it starts takes it.
 */
async function spawnOn({ native }: LoadedPty, launch: Launch, size: TerminalSize): Promise<Started> {
  const { file, args } = terminalCommand(launch);
  const opened = native.open(size.width, size.height);
  let slave: number | null = null;
  try {
    closeSync(opened.slave);
    // Opened anew, because a shell cannot read from a descriptor that does not block.
    slave = openSlave(opened.pty);
    const child = spawn(file, args, {
      cwd: launch.cwd,
      env: launch.env,
      // launcher.ts puts the terminal on stdin as well.
      stdio: [launch.takesTerminal ? "ignore" : slave, slave, slave],
      detached: true,
    });
    await once(child, "spawn");
    const onExit = (hook: (code: number) => void) =>
      child.once("exit", (code, signal) => hook(code ?? 128 + (osConstants.signals[signal!] ?? 0)));
    return { pid: child.pid!, fd: opened.master, slave, onExit };
  } catch (error) {
    closeSync(opened.master);
    if (slave !== null) closeSync(slave);
    throw error;
  }
}

export class PtyProcess implements ContainerProcess {
  readonly #master: ReadStream;
  readonly #input: PtyInput;
  /**
   * The terminal's other side, held open: otherwise the poll reports a hang-up the moment the process ends, and
   * libuv takes that for the end although output is still in the kernel.
   */
  readonly #slave: number;
  readonly #pid: number;
  readonly #fd: number;
  #over = false;
  #killTimer: NodeJS.Timeout | undefined;

  /** Rejects with ContainerError. */
  static async start(launch: Launch, size: TerminalSize, events: ProcessEvents): Promise<PtyProcess> {
    const loaded = await loadNativePty();
    try {
      const started = launch.bash ? await spawnOn(loaded, launch, size) : fork(loaded, launch, size);
      return new PtyProcess(loaded, started, events);
    } catch (cause) {
      throw startFailure(cause, "no process could be started on a terminal");
    }
  }

  private constructor(
    private readonly loaded: LoadedPty,
    { pid, fd, slave, onExit }: Started,
    private readonly events: ProcessEvents,
  ) {
    this.#pid = pid;
    this.#fd = fd;
    this.#slave = slave;
    onExit((code) => this.#exited(code));
    this.#input = new PtyInput(this.#fd, () => events.inputDrained());
    this.#master = new ReadStream(this.#fd);
    this.#master.on("data", (bytes: Buffer) => events.output(Channel.Stdout, bytes));
    this.#master.on("error", () => {});
  }

  write(bytes: Uint8Array): boolean {
    return this.#input.write(bytes);
  }

  endInput(): void {
    this.#input.write(EOT);
  }

  resize(size: TerminalSize): void {
    if (!this.#over) this.loaded.native.resize(this.#fd, size.width, size.height);
  }

  pauseOutput(): void {
    this.#master.pause();
  }

  resumeOutput(): void {
    if (!this.#over) this.#master.resume();
  }

  kill(): void {
    if (this.#over || this.#killTimer) return;
    signalGroup(this.#pid, "SIGHUP");
    this.#killTimer = setTimeout(() => signalGroup(this.#pid, "SIGKILL"), KILL_GRACE_MS);
    this.#killTimer.unref();
  }

  killNow(): void {
    if (!this.#over) signalGroup(this.#pid, "SIGKILL");
  }

  #exited(code: number): void {
    this.#over = true;
    if (!groupLives(this.#pid)) clearTimeout(this.#killTimer);
    this.#input.close();
    // A chunk may wait in the stream; read() hands it to the data listener.
    this.#master.pause();
    this.#master.read();
    this.#drain();
    this.#master.destroy();
    closeSync(this.#slave);
    this.events.exit(code);
  }

  /** The process is dead, so what the kernel still holds is all there will be: a few KiB, read at once. */
  #drain(): void {
    const buffer = Buffer.allocUnsafe(DRAIN_BUFFER_BYTES);
    for (;;) {
      let count: number;
      try {
        count = readSync(this.#fd, buffer);
      } catch {
        // EAGAIN: nothing left. EIO: the same, on systems that hang the terminal up.
        return;
      }
      if (count === 0) return;
      this.events.output(Channel.Stdout, Uint8Array.prototype.slice.call(buffer, 0, count));
    }
  }
}
