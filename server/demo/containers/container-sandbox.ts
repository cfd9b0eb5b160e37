/**
 * How a container's process is started on this machine: with bubblewrap in namespaces of its own where that
 * works, else as a plain process with a private home. Next hop: pty-process.ts or pipe-process.ts.
 */
import { execFile } from "node:child_process";
import { accessSync, constants, lstatSync, readlinkSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { commandNotExecutable, commandNotFound } from "./container-error.ts";
import type { PodVolume } from "./pod-volume.ts";

/** Long enough for a cold disk; a bwrap that hangs is one that does not work. */
const PROBE_TIMEOUT_MS = 5_000;

const PATH_DIRECTORIES = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
/** What a container sees of the system, read-only. Nothing of /home, /root, /run, /var, /srv or /opt. */
const SYSTEM_PATHS = [
  ...["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store"],
  ...["/etc/alternatives", "/etc/bash.bashrc", "/etc/ca-certificates", "/etc/ld.so.cache"],
  ...["/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/nsswitch.conf", "/etc/os-release"],
  ...["/etc/pki", "/etc/protocols", "/etc/resolv.conf", "/etc/services", "/etc/ssl", "/etc/terminfo"],
];

/** Home inside a container with a mount namespace. */
const SANDBOX_HOME = "/root";
/** util-linux; in the container as well, because it sees the system's /usr. */
const SETSID = "/usr/bin/setsid";

export interface Launch {
  argv: string[];
  /** Prepares what the process inherits (launcher.ts); null where that is not needed. */
  bash: string | null;
  cwd: string;
  /** All of it: nothing is inherited. */
  env: NodeJS.ProcessEnv;
  /** The command makes the terminal its own by itself, so nobody else may hold it as theirs. */
  takesTerminal: boolean;
}

export class ContainerSandbox {
  readonly #bwrap: string | null;
  readonly #bash: string | null;

  private constructor(bwrap: string | null, bash: string | null) {
    this.#bwrap = bwrap;
    this.#bash = bash;
  }

  /** @param allowNamespaces false: plain local processes, whatever the system has */
  static async probe(allowNamespaces = true): Promise<ContainerSandbox> {
    const bash = process.platform === "linux" ? findOnPath("bash") : null;
    const bwrap = process.platform === "linux" && allowNamespaces ? findOnPath("bwrap") : null;
    const works = bash && bwrap && (await succeeds(bwrap, [...namespaceArgs("probe"), "--", "true"]));
    return new ContainerSandbox(works ? bwrap : null, bash);
  }

  get isolation(): string {
    return this.#bwrap ? "own process and mount namespaces" : "plain local processes";
  }

  /**
   * @param command argv, as in the request
   * @throws ContainerError NOT_FOUND or NOT_EXECUTABLE, in the words of a runtime
   */
  launch(volume: PodVolume, command: readonly string[], tty: boolean): Launch {
    this.#requireExecutable(volume, command[0] ?? "");
    const home = this.#bwrap ? SANDBOX_HOME : volume.home;
    // Of the bwrap as well, which is known by it when it was left behind (leftovers.ts); inside it is set anew.
    const env = environment(volume, home, volume.tmp, tty);
    // A terminal's foreground group is a number, and outside a process namespace it is another group's: dash ends
    // with "Cannot set tty process group". So the session begins inside.
    const takesTerminal = tty && this.#bwrap !== null && isExecutable(SETSID);
    const argv = this.#bwrap
      ? [
          this.#bwrap,
          ...namespaceArgs(volume.pod.name),
          ...volumeArgs(volume),
          "--",
          ...(takesTerminal ? [SETSID, "--ctty"] : []),
          ...command,
        ]
      : [...command];
    return { argv, bash: this.#bash, cwd: volume.home, env, takesTerminal };
  }

  /** Asked beforehand: once the process has been forked, its failure is only an exit code. */
  #requireExecutable(volume: PodVolume, command: string): void {
    const candidates = command.includes("/")
      ? [this.#hostPath(volume, command)]
      : PATH_DIRECTORIES.map((directory) => join(directory, command));
    const existing = candidates.filter((path) => path !== null && command !== "" && isFile(path));
    if (existing.length === 0) throw commandNotFound(command);
    if (!existing.some((path) => path !== null && isExecutable(path))) throw commandNotExecutable(command);
  }

  /** Where a path of the container is on this machine; null when the container does not see it. */
  #hostPath(volume: PodVolume, path: string): string | null {
    if (!this.#bwrap) return posix.resolve(volume.home, path);
    const absolute = posix.resolve(SANDBOX_HOME, path);
    const under = (directory: string) => absolute.startsWith(`${directory}/`);
    if (under(SANDBOX_HOME)) return join(volume.home, absolute.slice(SANDBOX_HOME.length));
    if (under("/tmp")) return join(volume.tmp, absolute.slice("/tmp".length));
    return SYSTEM_PATHS.some(under) ? absolute : null;
  }
}

/** Everything but what a pod brings: its own processes, IPC and host name, no privileges, a read-only system. */
function namespaceArgs(hostname: string): string[] {
  return [
    ...["--unshare-user", "--uid", "0", "--gid", "0", "--cap-drop", "ALL"],
    ...["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--hostname", hostname],
    // The process must not outlive the demo, not even when that is killed.
    "--die-with-parent",
    ...SYSTEM_PATHS.flatMap(bindReadOnly),
    ...["--proc", "/proc", "--dev", "/dev", "--dir", "/run", "--dir", "/var/tmp"],
  ];
}

function volumeArgs(volume: PodVolume): string[] {
  return [
    ...["--bind", volume.home, SANDBOX_HOME, "--bind", volume.tmp, "/tmp"],
    ...[...volume.etcFiles].flatMap(([path, source]) => ["--ro-bind", source, path]),
    ...["--setenv", "TMPDIR", "/tmp", "--chdir", SANDBOX_HOME],
  ];
}

function bindReadOnly(path: string): string[] {
  try {
    // On most systems /bin and /lib are links into /usr.
    return lstatSync(path).isSymbolicLink() && posix.dirname(path) === "/"
      ? ["--symlink", readlinkSync(path), path]
      : ["--ro-bind-try", path, path];
  } catch {
    return [];
  }
}

/** Nothing of the server's own environment: it may hold tokens. */
function environment(volume: PodVolume, home: string, tmp: string, tty: boolean): NodeJS.ProcessEnv {
  return {
    PATH: PATH_DIRECTORIES.join(":"),
    HOME: home,
    TMPDIR: tmp,
    HOSTNAME: volume.pod.name,
    SHELL: findOnPath("bash") ?? "/bin/sh",
    // For sh; bash reads .bashrc.
    PS1: `${volume.pod.name}:$PWD$ `,
    ...(tty && { TERM: "xterm-256color" }),
  } as NodeJS.ProcessEnv;
}

function findOnPath(name: string): string | null {
  return PATH_DIRECTORIES.map((directory) => join(directory, name)).find(isExecutable) ?? null;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function succeeds(file: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const env = { PATH: PATH_DIRECTORIES.join(":") } as NodeJS.ProcessEnv;
    execFile(file, args, { timeout: PROBE_TIMEOUT_MS, env }, (error) => resolve(error === null));
  });
}
