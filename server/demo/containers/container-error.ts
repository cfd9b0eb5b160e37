/** Why a container's process could not be started, in the words of runtimes. */
import { CodedError } from "#protocol/coded-error.ts";
import type { Status } from "#protocol/status.ts";

export type ContainerErrorCode =
  /** No such command in the container. */
  | "NOT_FOUND"
  | "NOT_EXECUTABLE"
  /** The optional PTY package is not installed for this platform. */
  | "NO_PTY"
  /** Too many processes run already. */
  | "LIMIT"
  /** The operating system refused. */
  | "START";

export class ContainerError extends CodedError<ContainerErrorCode> {
  override readonly name = "ContainerError";
}

/** What containerd and runc say of a command that is not there. */
export function commandNotFound(command: string): ContainerError {
  const why = command.includes("/")
    ? `stat ${command}: no such file or directory`
    : "executable file not found in $PATH";
  return new ContainerError("NOT_FOUND", runcMessage(command, why));
}

export function commandNotExecutable(command: string): ContainerError {
  return new ContainerError("NOT_EXECUTABLE", runcMessage(command, "permission denied"));
}

function runcMessage(command: string, why: string): string {
  return `failed to exec in container: OCI runtime exec failed: exec failed: unable to start container process: exec: ${JSON.stringify(command)}: ${why}: unknown`;
}

/** What the system's error codes mean for who runs the demo; what is not here says its own code. */
const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left on this disk",
  EDQUOT: "this user's quota of this disk is used up",
  EROFS: "this file system is read-only",
  EACCES: "this user may not do that there",
  EPERM: "the system does not permit it",
  ENOENT: "a file or folder that is needed is gone",
  ENOTDIR: "a folder that is needed is a file",
  EMFILE: "too many files are open in this process (ulimit -n)",
  ENFILE: "too many files are open on this machine",
  EAGAIN: "this machine starts no more processes for this user (ulimit -u)",
  ENOMEM: "this machine has no memory left",
};

/**
 * The operating system refused, in words of what and why.
 * @param what was tried, as a sentence that a colon follows
 */
export function startFailure(cause: unknown, what: string): ContainerError {
  if (cause instanceof ContainerError) return cause;
  const { code, path, message } = cause as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : SYSTEM_WORDS[code];
  const where = path === undefined ? "" : `, ${path}`;
  return new ContainerError("START", `${what}: ${known ? `${known} (${code}${where})` : message}`, { cause });
}

/** A failure on the error channel, field for field as the kubelet and the API server's translator write it. */
export function internalErrorStatus(message: string): Status {
  return {
    metadata: {},
    status: "Failure",
    message: `Internal error occurred: ${message}`,
    reason: "InternalError",
    details: { causes: [{ message }] },
    code: 500,
  };
}
