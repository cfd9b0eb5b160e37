/**
 * One row of the differential corpus: a kubeconfig with what stands beside it, which Porthole and a real kubectl are
 * to take alike. What differs on purpose says why.
 */
import type { World } from "./world.ts";

export interface CorpusCase {
  title: string;
  /** By name, relative to the case's own directory. `*.sh` become executable. */
  files: (world: World) => Record<string, string | Buffer>;
  /** The flag --context. */
  context?: string | undefined;
  /** KUBECONFIG, names of files separated by colons, instead of the flag --kubeconfig with the file `config`. */
  list?: string;
  env?: (world: World) => Record<string, string>;
  /** Why Porthole does something else than kubectl, on purpose. Then the two must differ. */
  differs?: string;
}

/** Reasons that several cases share. */
export const ASKS =
  "kubectl asks on its terminal for a user name; Porthole has none to ask on, goes as nobody, and the API server says what nobody may";
export const ONE_BAD_ENTRY = "one broken entry does not take the other contexts of a person away";
export const UNREAD = "a field that Porthole does not read";
export const BYTE_ORDER_MARK = "the mark is no part of what people saved";

export type Fields = Record<string, unknown>;

export interface Parts {
  cluster?: Fields;
  user?: Fields;
  context?: Fields;
  /** Beside clusters, users and contexts. */
  top?: Fields;
}

type Maker<T> = (world: World) => T;

/** A whole kubeconfig as JSON, with a trusted server and a token unless the parts say otherwise. */
export function kubeconfig(world: World, { cluster, user, context, top }: Parts = {}): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "c",
    clusters: [{ name: "k", cluster: cluster ?? trusted(world) }],
    users: [{ name: "u", user: user ?? { token: "t0ken" } }],
    contexts: [{ name: "c", context: { cluster: "k", user: "u", ...context } }],
    ...top,
  });
}

export function trusted(world: World, server = world.server.url): Fields {
  return { server, "certificate-authority-data": base64(world.ca) };
}

export function base64(text: string | Buffer): string {
  return Buffer.from(text).toString("base64");
}

type More = Omit<Partial<CorpusCase>, "files"> & { files?: CorpusCase["files"] };

/** A kubeconfig that differs from a good one in some parts. */
export function withParts(title: string, parts: Maker<Parts>, more: More = {}): CorpusCase {
  return {
    title,
    ...more,
    files: (world) => ({ config: kubeconfig(world, parts(world)), ...more.files?.(world) }),
  };
}

export const withUser = (title: string, user: Maker<Fields>, more?: More) =>
  withParts(title, (world) => ({ user: user(world) }), more);

export const withCluster = (title: string, cluster: Maker<Fields>, more?: More) =>
  withParts(title, (world) => ({ cluster: cluster(world) }), more);

/** A kubeconfig whose text matters. */
export const withText = (title: string, config: Maker<string | Buffer>, more: More = {}): CorpusCase => ({
  title,
  ...more,
  files: (world) => ({ config: config(world), ...more.files?.(world) }),
});
