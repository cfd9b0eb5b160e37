/** What the page asks about clusters. */

import type { ClusterInfo, ClusterList } from "#protocol/api.ts";
import { clusterSegment } from "#protocol/cluster-segment.ts";
import { abortable } from "#server/kube/api/abortable.ts";
import { accessInfo } from "#server/kube/api/access-review.ts";
import { clusterHealth } from "#server/kube/api/cluster-health.ts";
import { PodNamespaceFinder } from "#server/kube/api/pod-namespaces.ts";
import { requireName } from "#server/kube/names.ts";
import type { Cluster, ClusterRegistry, Context, Identity } from "#server/kube/types.ts";
import { HttpError } from "../http-error.ts";
import { type Route, sendJson } from "../router.ts";

/**
 * A cluster as the caller sees it.
 * @throws HttpError 404; KubeError when the context has no way to act for the person
 */
export function findCluster(
  clusters: ClusterRegistry,
  name: string,
  { identity }: { identity: Identity | null },
): Cluster {
  return findContext(clusters, name).as(identity);
}

/** @throws HttpError 404 */
export function findContext(clusters: ClusterRegistry, name: string): Context {
  const context = clusters.get(name);
  if (!context) throw new HttpError(404, `there is no cluster called ${JSON.stringify(name.slice(0, 80))}`);
  return context;
}

export function clusterRoutes(clusters: ClusterRegistry): Route[] {
  const podNamespaces = new PodNamespaceFinder();
  return [
    {
      method: "GET",
      pattern: "/api/clusters",
      access: "guarded",
      handle({ response }) {
        const { current, noCurrent, unread, missing } = clusters;
        const list: ClusterList = {
          clusters: clusters.list().map((cluster) => describe(cluster, current)),
          ...(noCurrent === undefined ? {} : { noCurrent }),
          ...(unread === undefined ? {} : { unread }),
          ...(missing === undefined ? {} : { missing }),
        };
        sendJson(response, 200, list);
      },
    },
    {
      method: "GET",
      pattern: "/api/clusters/{cluster}/health",
      access: "guarded",
      async handle({ params, response, caller, signal }) {
        sendJson(
          response,
          200,
          await abortable(clusterHealth(findCluster(clusters, params.cluster!, caller)), signal),
        );
      },
    },
    {
      method: "GET",
      pattern: "/api/clusters/{cluster}/access",
      access: "guarded",
      async handle({ params, query, response, caller, signal }) {
        const cluster = findCluster(clusters, params.cluster!, caller);
        const namespace = requireName("namespace", query.get("namespace") ?? cluster.namespace);
        sendJson(response, 200, await accessInfo(cluster, namespace, signal));
      },
    },
    {
      method: "GET",
      pattern: "/api/clusters/{cluster}/pod-namespaces",
      access: "guarded",
      async handle({ params, response, caller, signal }) {
        const cluster = findCluster(clusters, params.cluster!, caller);
        sendJson(response, 200, await podNamespaces.find(cluster, signal));
      },
    },
  ];
}

function describe(cluster: Context, current: string | null): ClusterInfo {
  const { name, server, namespace, user, problem } = cluster;
  return {
    name,
    path: `/clusters/${clusterSegment(name)}`,
    server,
    namespace,
    user,
    current: name === current,
    ...(cluster.login ? { login: true as const } : {}),
    ...(problem === undefined ? {} : { problem }),
  };
}
