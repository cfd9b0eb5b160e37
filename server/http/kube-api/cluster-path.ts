/**
 * Where in /clusters/{cluster}/... the cluster's name ends. The page and most clients send one segment
 * (protocol/cluster-segment.ts). kubectl decodes the path of its --server and sends a slash in the name as a slash
 * (client-go rest/request.go), and every default name of an EKS context has one. What follows the name is narrowed by
 * kube-path.ts as ever (threats.md A9, A10): the split decides which cluster is asked, never what may be asked.
 */
import { spelledName } from "#protocol/cluster-segment.ts";
import { isLabel } from "#protocol/kube-names.ts";
import type { ClusterRegistry } from "#server/kube/types.ts";
import { HttpError } from "../http-error.ts";
import { type ClusterName, clusterNames, decodeSegment } from "../path-segments.ts";
import { type KubePath, kubePath } from "./kube-path.ts";

/** What the paths of an API server begin with; of all others none is passed on. */
const ROOTS = new Set(["api", "apis", "version"]);
const MAX_SHOWN_CHARS = 80;

export interface ClusterPath {
  cluster: string;
  /** Null: nothing that is passed on. */
  path: KubePath | null;
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
  const whole = first === undefined ? undefined : clusterNames([first])[0];
  if (prefix !== "clusters" || !whole) return null;
  const pathOf = ({ cluster, end }: ClusterName): ClusterPath => ({
    cluster,
    path: kubePath(method, `/${segments.slice(end).join("/")}`),
  });
  const known = clusterNames(segments).filter(({ cluster }) => clusters.get(cluster));
  const meant = known.filter(({ end }) => ROOTS.has(segments[end] ?? "")).map(pathOf);
  const passed = meant.filter(({ path }) => path !== null);
  if (passed.length > 1) {
    const spelled = passed.map(
      ({ cluster }) => `${JSON.stringify(cluster)} (/clusters/${encodeURIComponent(spelledName(cluster))})`,
    );
    throw new HttpError(
      400,
      `this path may be meant for the clusters ${spelled.join(" and ")}: write the one that is meant as it stands in brackets`,
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

/** For the words that there is none: what was probably meant as the name. */
function unknown(segments: string[]): ClusterName | undefined {
  const end = segments.findIndex((segment) => ROOTS.has(segment));
  return clusterNames(segments).find((split) => split.end === end);
}
