"use client";
import { useNamespaces } from "#components/pods/watch/use-namespaces.ts";
import { byRight, usePodNamespaces } from "#components/pods/watch/use-pod-namespaces.ts";
import { cn } from "#components/ui/cn.ts";
import { Button } from "#components/ui/control/button.tsx";
import { Badge, StatusDot } from "#components/ui/control/marks.tsx";
import type { ClusterInfo } from "#protocol/api.ts";
import { isLabel } from "#protocol/kube-names.ts";
import { useLayout } from "../layout/layout-store.ts";
import { Chooser } from "./chooser.tsx";
import { calledName, lookOf, useLooks } from "./cluster-looks.ts";
import { ClusterName } from "./cluster-name.tsx";
import { isProduction } from "./cluster-words.ts";
import { goToCluster, goToNamespace, usePlace } from "./place-store.ts";
import type { Health } from "./use-health.ts";

/** "all" cannot be a value of its own: a namespace may be called so. Names never begin with a slash. */
const ALL = "/all";

/** Production is framed in red here as around the whole page: the eye is here while it chooses where to type. */
export function ClusterChooser({
  clusters,
  health,
  onOpen,
}: {
  clusters: readonly ClusterInfo[];
  health: Health | null;
  onOpen: () => void;
}) {
  const cluster = usePlace((place) => place.cluster);
  const looks = useLooks((store) => store.looks);
  const production = cluster !== null && isProduction(cluster, calledName(cluster, { looks }));
  return (
    <Chooser
      label="Cluster"
      value={cluster ?? ""}
      placeholder="Find a cluster"
      onChoose={goToCluster}
      onOpen={onOpen}
      className={cn("min-w-0 max-w-72 shrink!", production && "border-bad!")}
      shown={
        <>
          <StatusDot tone={health === null ? "idle" : health.reachable ? "ok" : "bad"} />
          {cluster === null ? <span className="truncate">No cluster</span> : <ClusterName name={cluster} />}
          {production && (
            <Badge tone="bad" className="max-roomy:hidden">
              production
            </Badge>
          )}
        </>
      }
      foot={(close) =>
        cluster !== null && (
          <Button
            variant="ghost"
            size="sm"
            onClick={() => {
              close();
              useLayout.setState({ lookTarget: cluster });
            }}
          >
            Name and colour
          </Button>
        )
      }
      choices={clusters.map((entry) => ({
        value: entry.name,
        label: [lookOf(entry.name, looks).short, entry.name].filter(Boolean).join(" "),
        shown: <ClusterName name={entry.name} className="max-w-full" />,
        detail: `${entry.user} at ${entry.server}`,
        problem: entry.problem,
        mark: isProduction(entry.name, calledName(entry.name, { looks })) ? <StatusDot tone="bad" /> : null,
      }))}
    />
  );
}

/**
 * Who may not list namespaces can still name one: that right is a cluster's, while rights in a namespace are common.
 * @param shown the namespace that is really listed, which may be narrower than the one chosen
 * @param restricted pods may not be listed everywhere, or not here
 */
export function NamespaceChooser({ shown, restricted }: { shown: string | null; restricted: boolean }) {
  const { cluster, namespace } = usePlace();
  const { names, problem, loading, refresh } = useNamespaces(cluster);
  const listable = usePodNamespaces(cluster, restricted);
  return (
    <Chooser
      label="Namespace"
      value={namespace ?? ALL}
      placeholder={problem === null ? "Find a namespace" : "Type a namespace"}
      onChoose={(value) => goToNamespace(value === ALL ? null : value)}
      onOpen={refresh}
      note={problem ?? (loading && names.length === 0 ? "Loading namespaces" : null)}
      // What can be no namespace is not asked for.
      free={(text) => (isLabel(text) ? text : null)}
      className="min-w-0 max-w-56 shrink!"
      shown={<span className="truncate">{namespace ?? shown ?? "All namespaces"}</span>}
      choices={[
        { value: ALL, label: "All namespaces" },
        ...byRight(names, listable).map((name) => ({
          value: name,
          label: name,
          ...(listable?.refused.includes(name) ? { detail: "Its pods may not be listed" } : {}),
        })),
      ]}
    />
  );
}
