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
