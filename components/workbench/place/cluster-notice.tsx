"use client";
import { cn } from "#components/ui/cn.ts";
import { Button } from "#components/ui/control/button.tsx";
import { Notice } from "#components/ui/page/notice.tsx";
import type { ClusterInfo } from "#protocol/api.ts";
import { ClusterQuestion } from "./cluster-question.tsx";
import type { Clusters } from "./use-clusters.ts";

/**
 * What stands in the place of the pods while there is no cluster to list them from. The cases are in the order in
 * which a person would look: is Porthole there, is there any cluster, is it this one, can it be used.
 */
export function ClusterNotice({
  list,
  wanted,
  cluster,
  asked,
}: {
  list: Clusters;
  /** The name in the address. */
  wanted: string | null;
  cluster: ClusterInfo | undefined;
  /** Whether the middle of a wide page asks which cluster is meant. */
  asked: boolean;
}) {
  const again = (
    <Button size="sm" onClick={list.refresh}>
      Look again
    </Button>
  );
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
  if (wanted === null) {
    return (
      <>
        <Notice tone="warn" title="No cluster is chosen" />
        {/* The middle asks when it is there and empty. */}
        <div className={cn("overflow-y-auto px-3.5 pb-3", asked && "wide:hidden")}>
          <ClusterQuestion list={list} />
        </div>
      </>
    );
  }
  if (!cluster && list.seen.has(wanted)) {
    return (
      <Notice tone="warn" title={`${wanted} is no longer in the kubeconfig`} actions={again}>
        What is open in it goes on as long as its credential does; nothing new can be opened. When the
        kubeconfig has it again, it is back here by itself.
      </Notice>
    );
  }
  if (!cluster) {
    return (
      <Notice
        tone="warn"
        title={`There is no cluster called ${wanted.trim() === "" ? `"${wanted}"` : wanted}`}
        actions={again}
      >
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
