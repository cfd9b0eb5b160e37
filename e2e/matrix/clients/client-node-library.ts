/** @kubernetes/client-node where it can be found: no dependency of the product, so only the part that is used is typed. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import type { WebSocket } from "ws";
import type { Status } from "../../conformance/peers/frame-client.ts";

export type OnStatus = (status: Status) => void;

export interface ExecApi {
  exec(
    namespace: string,
    pod: string,
    container: string,
    command: string[],
    stdout: Writable | null,
    stderr: Writable | null,
    stdin: Readable | null,
    tty: boolean,
    onStatus?: OnStatus,
  ): Promise<WebSocket>;
}

export interface ClientNode {
  KubeConfig: new () => { loadFromFile(file: string): void };
  Exec: new (config: unknown) => ExecApi;
  Attach: new (
    config: unknown,
  ) => {
    attach(
      namespace: string,
      pod: string,
      container: string,
      stdout: Writable,
      stderr: Writable,
      stdin: null,
      tty: boolean,
    ): Promise<WebSocket>;
  };
  PortForward: new (
    config: unknown,
  ) => {
    portForward(
      namespace: string,
      pod: string,
      ports: number[],
      output: Writable,
      error: Writable,
      input: Readable,
    ): Promise<WebSocket>;
  };
  Cp: new (
    config: unknown,
    exec: ExecApi,
  ) => {
    cpToPod(namespace: string, pod: string, container: string, from: string, to: string): Promise<void>;
    cpFromPod(
      namespace: string,
      pod: string,
      container: string,
      from: string,
      to: string,
      folder?: string,
    ): Promise<void>;
  };
}

/** @param folder with a node_modules that has it; absent: the repository's @returns a sentence when it is not there */
export async function loadClientNode(folder: string): Promise<ClientNode | string> {
  const resolve = createRequire(join(folder, "package.json")).resolve;
  let entry: string;
  try {
    entry = resolve("@kubernetes/client-node");
  } catch {
    return "@kubernetes/client-node is not installed (--client-node FOLDER names a place that has it)";
  }
  try {
    return (await import(pathToFileURL(entry).href)) as ClientNode;
  } catch (error) {
    const [before = ""] = entry.split("/dist/");
    const { version } = JSON.parse(readFileSync(join(before, "package.json"), "utf8")) as { version: string };
    return `@kubernetes/client-node ${version} does not load on Node ${process.versions.node}: ${(error as Error).message}`;
  }
}
