/** What the page asks about clusters. */

import { accessInfo } from "#kube/access-review";
import { clusterHealth } from "#kube/cluster-health";
import { requireName } from "#kube/names";
import type { Cluster, ClusterRegistry } from "#kube/types";
import type { ClusterInfo } from "#protocol/api";
import { HttpError } from "./http-error";
import { type Route, sendJson } from "./router";

/** @throws HttpError 404 */
export function findCluster(clusters: ClusterRegistry, name: string): Cluster {
  const cluster = clusters.get(name);
  if (!cluster) throw new HttpError(404, `there is no cluster called ${JSON.stringify(name.slice(0, 80))}`);
  return cluster;
}

export function clusterRoutes(clusters: ClusterRegistry): Route[] {
  return [
    {
      method: "GET",
      pattern: "/api/clusters",
      access: "guarded",
      handle({ response }) {
        sendJson(response, 200, { clusters: clusters.list().map(describe) });
      },
    },
    {
      method: "GET",
      pattern: "/api/clusters/{cluster}/health",
      access: "guarded",
      async handle({ params, response }) {
        sendJson(response, 200, await clusterHealth(findCluster(clusters, params.cluster!)));
      },
    },
    {
      method: "GET",
      pattern: "/api/clusters/{cluster}/access",
      access: "guarded",
      async handle({ params, query, response }) {
        const cluster = findCluster(clusters, params.cluster!);
        const namespace = requireName("namespace", query.get("namespace") ?? cluster.namespace);
        sendJson(response, 200, await accessInfo(cluster, namespace));
      },
    },
  ];
}

function describe(cluster: Cluster): ClusterInfo {
  const { name, server, namespace, user, current, demo, problem, isolation } = cluster;
  return {
    name,
    server,
    namespace,
    user,
    current,
    demo,
    ...(problem === undefined ? {} : { problem }),
    ...(isolation === undefined ? {} : { isolation }),
  };
}
