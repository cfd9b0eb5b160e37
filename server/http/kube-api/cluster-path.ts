/**
 * Where in /clusters/{cluster}/... the cluster's name ends. The page and most clients percent-encode it whole. kubectl
 * decodes the path of its --server and sends a slash in the name as a slash (client-go rest/request.go), and every
 * default name of an EKS context has one. What follows the name is narrowed by kube-path.ts as ever (threats.md A9,
 * A10): the split decides which cluster is asked, never what may be asked.
 */
import { isLabel } from "#server/kube/names.ts";
import type { ClusterRegistry } from "#server/kube/types.ts";
import { HttpError } from "../http-error.ts";
import { decodeSegment } from "../router.ts";
import { type KubePath, kubePath } from "./kube-path.ts";

/** What the paths of an API server begin with; of all others none is passed on. */
const ROOTS = new Set(["api", "apis", "version"]);
/** A slash that is a part of the name is either encoded, and then all are, or is none. */
const ENCODED_SLASH = /%2f|%5c|\\/i;
/** A path has as many segments only by intent. */
const MAX_NAME_SEGMENTS = 64;
const MAX_SHOWN_CHARS = 80;

export interface ClusterPath {
  cluster: string;
  /** Null: nothing that is passed on. */
  path: KubePath | null;
}

interface Split {
  cluster: string;
  /** Of the first segment behind the name. */
  end: number;
}

/**
 * The longest name of a context before /api, /apis or /version.
 * @param pathname as it came, without dot segments (URL), still percent-encoded
 * @returns null when it is no path of a cluster
 * @throws HttpError 400 when it means something in two clusters
 */
export function clusterPath(clusters: ClusterRegistry, method: string, pathname: string): ClusterPath | null {
  const [, prefix, ...segments] = pathname.split("/");
  const first = segments[0];
  if (prefix !== "clusters" || first === undefined) return null;
  const pathOf = ({ cluster, end }: Split): ClusterPath => ({
    cluster,
    path: kubePath(method, `/${segments.slice(end).join("/")}`),
  });
  const whole = { cluster: decodeSegment(first) ?? "", end: 1 };
  const known = splitsOf(segments).filter(({ cluster }) => clusters.get(cluster));
  const meant = known.filter(({ end }) => ROOTS.has(segments[end] ?? "")).map(pathOf);
  const passed = meant.filter(({ path }) => path !== null);
  if (passed.length > 1) {
    const names = passed.map(({ cluster }) => JSON.stringify(cluster)).join(" and ");
    throw new HttpError(
      400,
      `this path may be meant for the clusters ${names}: write a slash in a name as %2F`,
    );
  }
  return passed[0] ?? meant[0] ?? pathOf(known[0] ?? unknown(segments) ?? whole);
}

/** Why nothing is passed on for a path: a kubeconfig's namespace may be one that cannot be. */
export function notPassedOn(pathname: string): string {
  const namespace = decodeSegment(/\/namespaces\/([^/]+)\/[^/]/.exec(pathname)?.[1] ?? "default");
  if (namespace === null || isLabel(namespace as unknown)) {
    return "Porthole passes on only reads, access reviews and streams; this is none of them";
  }
  return (
    `${JSON.stringify(namespace.slice(0, MAX_SHOWN_CHARS))} cannot be a namespace: those have lower-case letters, digits ` +
    "and dashes, at most 63. If it is the kubeconfig's, kubectl config set-context --current --namespace=NAME sets another"
  );
}

/** Each way to see the first segments as one name, the longest first. */
function splitsOf(segments: string[]): Split[] {
  const splits: Split[] = [];
  let cluster = "";
  for (const [index, segment] of segments.slice(0, MAX_NAME_SEGMENTS).entries()) {
    const decoded = decodeSegment(segment);
    // kubectl cleans the path of its --server (path.Join), so a name never comes with one of these.
    const odd = !decoded || decoded === "." || decoded === ".." || ENCODED_SLASH.test(segment);
    if (odd && index > 0) break;
    cluster = index === 0 ? (decoded ?? "") : `${cluster}/${decoded}`;
    splits.unshift({ cluster, end: index + 1 });
    if (odd) break;
  }
  return splits;
}

/** For the words that there is none: what was probably meant as the name. */
function unknown(segments: string[]): Split | undefined {
  const end = segments.findIndex((segment) => ROOTS.has(segment));
  return splitsOf(segments).find((split) => split.end === end);
}
