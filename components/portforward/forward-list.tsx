"use client";
import { ForwardCard } from "./forward-card.tsx";
import { useForwardsStore } from "./forwards-store.ts";

/** The forwards as cards, the newest first: the one just made is at the top, wherever its pod is in the list. */
export function ForwardList({ cluster }: { cluster: string | null }) {
  const { forwards, rates } = useForwardsStore();
  return (
    <ul>
      {forwards.map((forward) => (
        <ForwardCard
          key={forward.id}
          forward={forward}
          rate={rates.get(forward.id)}
          showCluster={cluster !== null && forward.cluster !== cluster}
        />
      ))}
    </ul>
  );
}
