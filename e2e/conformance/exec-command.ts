/** How checks run a command in the shell pod. */
import type { Conformance } from "./check.ts";
import { FrameClient, type FrameEnd, type FrameOptions } from "./peers/frame-client.ts";
import type { StreamQuery } from "./target.ts";

export const SHELL = { namespace: "default", pod: "shell" };
export const WEB = { namespace: "default", pod: "web" };

interface Command extends FrameOptions {
  stdin?: boolean;
  tty?: boolean;
}

/** The query of a command in the shell pod: stdout always, stderr unless there is a terminal. */
export function commandQuery(
  command: readonly string[],
  { stdin = false, tty = false }: Command = {},
): StreamQuery {
  return { command, container: "main", stdin, stdout: true, stderr: !tty, tty };
}

/** Starts a command; the check's end drops the connection. */
export async function openCommand(
  conformance: Conformance,
  command: readonly string[],
  options: Command = {},
): Promise<FrameClient> {
  const path = conformance.target.streamPath("exec", SHELL, commandQuery(command, options));
  const client = await FrameClient.open(conformance.target, path, options);
  conformance.defer(() => client.terminate());
  return client;
}

/** Runs a command to its end, without stdin. */
export async function runCommand(conformance: Conformance, ...command: string[]): Promise<FrameEnd> {
  return (await openCommand(conformance, command)).end();
}

/** `sh -c` */
export function runScript(conformance: Conformance, script: string): Promise<FrameEnd> {
  return runCommand(conformance, "sh", "-c", script);
}
