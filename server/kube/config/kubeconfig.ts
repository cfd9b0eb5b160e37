/**
 * One kubeconfig file: YAML text in, the fields Porthole knows out, relative paths made absolute against the file
 * they stand in. Entries of the wrong shape keep their name and say what is wrong; they do not hurt the others.
 * Next hop: kubeconfig-merge.ts. Sources: k8s.io/client-go tools/clientcmd/api/v1/types.go and loader.go.
 */
import { dirname, resolve } from "node:path";
import * as z from "zod/mini";
import { KubeError } from "../errors.ts";
import { isObject, parseGoYaml, YamlFault } from "./go-yaml.ts";

const text = z.nullish(z.string());
const flag = z.nullish(z.boolean());
/** In a list, null is Go's zero value. */
const texts = z.nullish(
  z.array(
    z.pipe(
      z.nullable(z.string()),
      z.transform((value) => value ?? ""),
    ),
  ),
);

const extensions = z.nullish(
  z
    .array(
      z.pipe(
        z.nullable(z.object({ name: text, extension: z.optional(z.unknown()) })),
        z.transform((item) => ({ name: item?.name ?? "", extension: item?.extension })),
      ),
    )
    .check(z.refine((list) => !list.some((item, index) => isTaken(item.name, list.slice(0, index))))),
);

/** What holds nothing does not take its name. */
function isTaken(name: string, before: readonly { name: string; extension?: unknown }[]): boolean {
  return before.some((item) => item.name === name && item.extension !== undefined && item.extension !== null);
}

const clusterShape = z.object({
  server: text,
  "tls-server-name": text,
  "insecure-skip-tls-verify": flag,
  "certificate-authority": text,
  "certificate-authority-data": text,
  "proxy-url": text,
  "disable-compression": flag,
  extensions,
});

const execShape = z.object({
  command: text,
  args: texts,
  env: z.nullish(
    z.array(
      z.pipe(
        z.nullable(z.object({ name: text, value: text })),
        z.transform((item) => ({ name: item?.name ?? "", value: item?.value ?? "" })),
      ),
    ),
  ),
  apiVersion: text,
  installHint: text,
  provideClusterInfo: flag,
  interactiveMode: text,
});

const userShape = z.object({
  "client-certificate": text,
  "client-certificate-data": text,
  "client-key": text,
  "client-key-data": text,
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  as: text,
  "as-uid": text,
  "as-groups": texts,
  "as-user-extra": z.nullish(z.record(z.string(), texts)),
  "auth-provider": z.nullish(z.object({ name: text, config: z.nullish(z.record(z.string(), z.string())) })),
  exec: z.nullish(execShape),
  extensions,
});

const contextShape = z.object({ cluster: text, user: text, namespace: text, extensions });

export type ClusterEntry = z.infer<typeof clusterShape>;
export type UserEntry = z.infer<typeof userShape>;
export type ExecEntry = z.infer<typeof execShape>;
export type ContextEntry = z.infer<typeof contextShape>;

/** An entry that cannot be read has a problem instead of a value. */
export type Entry<T> =
  | { file: string; value: T; problem?: undefined }
  | { file: string; value?: undefined; problem: string };

/** Maps keep the file's order; names come from the file, so plain objects would not do. */
export interface Kubeconfig {
  currentContext: string;
  clusters: Map<string, Entry<ClusterEntry>>;
  users: Map<string, Entry<UserEntry>>;
  contexts: Map<string, Entry<ContextEntry>>;
}

/**
 * @param file the path, for messages and as the base of relative paths
 * @throws KubeError CONFIG naming the file and, where YAML gives it, the line. Never with text of the file in it.
 */
export function parseKubeconfig(source: string | Uint8Array, file: string): Kubeconfig {
  const root = readYaml(source, file);
  const base = dirname(resolve(file));
  return {
    currentContext: currentContextOf(root, file),
    clusters: readList(root, "clusters", "cluster", clusterShape, file, (entry) => ({
      ...entry,
      "certificate-authority": absolute(entry["certificate-authority"], base),
    })),
    users: readList(root, "users", "user", userShape, file, (entry) => ({
      ...entry,
      "client-certificate": absolute(entry["client-certificate"], base),
      "client-key": absolute(entry["client-key"], base),
      tokenFile: absolute(entry.tokenFile, base),
      exec: entry.exec && { ...entry.exec, command: absoluteCommand(entry.exec.command, base) },
    })),
    contexts: readList(root, "contexts", "context", contextShape, file, (entry) => entry),
  };
}

/** Of several documents the first. */
function readYaml(source: string | Uint8Array, file: string): Record<string, unknown> {
  let root: unknown;
  try {
    root = parseGoYaml(source);
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error;
    const { position, message } = error;
    const where = position ? `${file}:${position.line}:${position.col}` : file;
    throw new KubeError("CONFIG", `${where}: this is not valid YAML (${message})`);
  }
  if (root === null || root === undefined) return {};
  if (!isObject(root)) throw new KubeError("CONFIG", `${file}: this is not a kubeconfig: it holds no fields`);
  const { apiVersion, kind } = root;
  const absent = (value: unknown) => value === undefined || value === null || value === "";
  if (!(absent(apiVersion) || apiVersion === "v1") || !(absent(kind) || kind === "Config")) {
    const shown = `${kind} ${apiVersion}`.slice(0, 60);
    throw new KubeError("CONFIG", `${file}: this is not a kubeconfig (kind Config, v1) but ${shown}`);
  }
  return root;
}

function currentContextOf(root: Record<string, unknown>, file: string): string {
  const name = root["current-context"] ?? "";
  if (typeof name === "string") return name;
  throw new KubeError("CONFIG", `${file}: current-context must be a text; put it in quotes`);
}

/** Reads `clusters`, `users` or `contexts`: a list of {name, <key>: {...}}. */
function readList<S extends z.ZodMiniType, T>(
  root: Record<string, unknown>,
  list: string,
  key: string,
  shape: S,
  file: string,
  finish: (value: z.infer<S>) => T,
): Map<string, Entry<T>> {
  const items = root[list] ?? [];
  if (!Array.isArray(items)) throw new KubeError("CONFIG", `${file}: ${list} must be a list`);
  const entries = new Map<string, Entry<T>>();
  for (const [index, item] of items.entries()) {
    // An empty item is one without a name.
    const fields = item === null ? {} : item;
    const name: unknown = isObject(fields) ? (fields.name ?? "") : undefined;
    if (!isObject(fields) || typeof name !== "string") {
      throw new KubeError("CONFIG", `${file}: ${list}[${index}].name must be a text; put it in quotes`);
    }
    // kubectl refuses the whole file too: nobody can say which of the two is meant.
    if (entries.has(name)) throw new KubeError("CONFIG", `${file}: two ${list} have the name "${name}"`);
    const parsed = shape.safeParse(fields[key] ?? {});
    if (parsed.success) entries.set(name, { file, value: finish(parsed.data) });
    else entries.set(name, { file, problem: shapeProblem(`${key} "${name}"`, file, parsed.error) });
  }
  return entries;
}

function shapeProblem(what: string, file: string, error: z.core.$ZodError): string {
  const issue = error.issues[0];
  const field = issue?.path.join(".") ?? "";
  const expected = issue?.code === "invalid_type" ? ` (expected: ${issue.expected})` : "";
  return `${what} in ${file} has a value of the wrong kind${field && ` in ${field}`}${expected}`;
}

function absolute(path: string | null | undefined, base: string): string | undefined {
  return path ? resolve(base, path) : undefined;
}

/** A bare command is looked up on PATH; one with a slash is a file. */
function absoluteCommand(command: string | null | undefined, base: string): string {
  return command?.includes("/") ? resolve(base, command) : (command ?? "");
}
