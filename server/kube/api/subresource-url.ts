/**
 * Paths of pods and their streams, built from checked names only. The query is in kubectl's order, which is the
 * alphabet's (protocol.md 1.8). What comes out is compared with what a URL parser makes of it before it is dialled:
 * a name that would pick another path never leaves this file (threats.md A10).
 */
import type { ExecSubresource } from "#protocol/subprotocol.ts";
import { KubeError } from "../errors.ts";
import { requireName, requirePort } from "../names.ts";

/** API servers take 1 MiB of head (Go's net/http); the headers of ours have less than the rest of it. */
const MAX_PATH_CHARS = 1008 * 1024;

interface Pod {
  namespace: string;
  pod: string;
}

export interface ExecPath extends Pod {
  subresource: ExecSubresource;
  container?: string;
  /** argv, for exec only: each element is one `command`. */
  command?: readonly string[];
  stdin?: boolean;
  stdout?: boolean;
  stderr?: boolean;
  tty?: boolean;
}

export interface PortforwardPath extends Pod {
  subresource: "portforward";
  /** Only the old WebSocket form names its ports in the query (protocol.md 3.3). */
  ports?: readonly number[];
}

export interface LogPath extends Pod {
  subresource: "log";
  container?: string;
  follow?: boolean;
  limitBytes?: number;
  previous?: boolean;
  sinceSeconds?: number;
  tailLines?: number;
  timestamps?: boolean;
}

export type SubresourcePath = ExecPath | PortforwardPath | LogPath;

type Query = [name: string, value: string][];

/** @throws KubeError INVALID */
export function podPath(namespace: string, pod: string): string {
  requireName("namespace", namespace);
  requireName("pod", pod);
  return exact(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}`, []);
}

/** @throws KubeError INVALID */
export function subresourcePath(target: SubresourcePath): string {
  const base = podPath(target.namespace, target.pod);
  switch (target.subresource) {
    case "exec":
    case "attach":
      return exact(`${base}/${target.subresource}`, execQuery(target));
    case "portforward":
      return exact(
        `${base}/portforward`,
        (target.ports ?? []).map((port) => ["ports", String(requirePort(port))]),
      );
    case "log":
      return exact(`${base}/log`, logQuery(target));
  }
}

function execQuery(target: ExecPath): Query {
  const command = target.subresource === "exec" ? (target.command ?? []) : [];
  // A NUL ends an argument in the kernel: what runs would not be what was shown.
  if (command.some((argument) => argument.includes("\0"))) {
    throw new KubeError("INVALID", "A command may not contain a NUL character.");
  }
  return [
    ...command.map((argument): [string, string] => ["command", argument]),
    ...container(target.container),
    ...flag("stderr", target.stderr),
    ...flag("stdin", target.stdin),
    ...flag("stdout", target.stdout),
    ...flag("tty", target.tty),
  ];
}

function logQuery(target: LogPath): Query {
  return [
    ...container(target.container),
    ...flag("follow", target.follow),
    ...count("limitBytes", target.limitBytes, 1),
    ...flag("previous", target.previous),
    ...count("sinceSeconds", target.sinceSeconds, 1),
    ...count("tailLines", target.tailLines, 0),
    ...flag("timestamps", target.timestamps),
  ];
}

function container(name: string | undefined): Query {
  return name === undefined ? [] : [["container", requireName("container", name)]];
}

/** False is left out: any text other than `false` and `0` counts as true (apimachinery runtime/conversion.go). */
function flag(name: string, value: boolean | undefined): Query {
  return value ? [[name, "true"]] : [];
}

function count(name: string, value: number | undefined, least: number): Query {
  if (value === undefined) return [];
  if (!Number.isSafeInteger(value) || value < least) {
    throw new KubeError("INVALID", `${name} must be a whole number from ${least}`);
  }
  return [[name, String(value)]];
}

function exact(path: string, query: Query): string {
  let search: string;
  try {
    search = query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  } catch (error) {
    // Half of a surrogate pair has no UTF-8.
    throw new KubeError("INVALID", "A command must be valid Unicode text.", { cause: error });
  }
  const full = search ? `${path}?${search}` : path;
  if (full.length > MAX_PATH_CHARS)
    throw new KubeError("INVALID", `The command is longer than ${MAX_PATH_CHARS / 1024} KiB.`);
  const parsed = new URL(full, "http://host");
  if (parsed.host !== "host" || parsed.pathname !== path || parsed.hash !== "") {
    throw new KubeError("INVALID", "These names do not make a path of the API.");
  }
  return full;
}
