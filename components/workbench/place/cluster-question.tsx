"use client";
import { Button } from "#components/ui/control/button.tsx";
import { ClusterName } from "./cluster-name.tsx";
import { goToCluster } from "./place-store.ts";
import type { Clusters } from "./use-clusters.ts";

/**
 * Asks which cluster is meant when the kubeconfig does not say. kubectl refuses then; to open any of them would be a
 * place that nobody asked for.
 */
export function ClusterQuestion({ list }: { list: Clusters }) {
  return (
    <section aria-label="Which cluster?" className="flex flex-col gap-2">
      <p className="text-dim">
        {list.noCurrent} kubectl would refuse as well, so Porthole asks: which cluster do you mean?
      </p>
      <ul className="flex flex-col gap-1">
        {list.clusters.map(({ name, server, problem }) => (
          <li key={name}>
            <Button
              className="h-auto! min-h-9 w-full flex-col items-start! gap-0! py-1 text-left"
              reason={problem}
              onClick={() => goToCluster(name)}
            >
              <ClusterName name={name} className="max-w-full font-mono text-mono" />
              <span className="max-w-full truncate font-normal text-faint text-sm">{problem ?? server}</span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
