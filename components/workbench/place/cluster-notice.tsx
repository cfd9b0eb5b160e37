"use client";
import { Button } from "#components/ui/control/button.tsx";
import { Notice } from "#components/ui/page/notice.tsx";
import { Waiting } from "#components/ui/page/waiting.tsx";
import type { ClusterInfo } from "#protocol/api.ts";
import type { Clusters } from "./use-clusters.ts";

/**
 * What stands in the place of the pods while there is no cluster to list them from. The cases are in the order in
 * which a person would look: is Porthole there, is there any cluster, is it this one, can it be used.
 */
export function ClusterNotice({
  list,
  wanted,
  cluster,
}: {
  list: Clusters;
  /** The name in the address. */
  wanted: string | null;
  cluster: ClusterInfo | undefined;
}) {
  const again = (
    <Button size="sm" onClick={list.refresh}>
      Look again
    </Button>
  );
  if (list.loading && list.clusters.length === 0)
    return <Waiting className="px-3.5 py-3">Loading the clusters</Waiting>;
  if (list.problem !== null) {
    return (
      <Notice tone="bad" title="The clusters are not known" actions={again}>
        {list.problem}
      </Notice>
    );
  }
  if (list.clusters.length === 0) {
    return (
      <Notice title="There is no cluster yet" actions={again}>
        <p>Porthole found no context in KUBECONFIG or ~/.kube/config.</p>
        <p className="mt-2">
          Add one, or start it with <code className="font-mono text-text">npm start -- --demo</code> for a
          cluster of its own.
        </p>
      </Notice>
    );
  }
  if (!cluster) {
    return (
      <Notice tone="warn" title={`There is no cluster called ${wanted}`} actions={again}>
        The kubeconfig has no context of that name. Choose another at the top.
      </Notice>
    );
  }
  return (
    <Notice tone="bad" title={`${cluster.name} cannot be used`} actions={again}>
      {cluster.problem}
    </Notice>
  );
}
