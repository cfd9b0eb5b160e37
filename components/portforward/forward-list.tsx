"use client";
import type { ReactNode } from "react";
import { ForwardCard } from "./forward-card.tsx";
import { useForwardsStore } from "./forwards-store.ts";

export interface ForwardListProps {
  /** The cluster that is looked at; forwards of others say which they belong to. */
  cluster: string | null;
  /** How the page calls one. */
  clusterName: (cluster: string) => ReactNode;
}

/** The forwards as cards, the newest first: the one just made is at the top, wherever its pod is in the list. */
export function ForwardList({ cluster, clusterName }: ForwardListProps) {
  const { forwards, rates } = useForwardsStore();
  return (
    <ul>
      {forwards.map((forward) => (
        <ForwardCard
          key={forward.id}
          forward={forward}
          rate={rates.get(forward.id)}
          cluster={cluster !== null && forward.cluster !== cluster && clusterName(forward.cluster)}
        />
      ))}
    </ul>
  );
}
