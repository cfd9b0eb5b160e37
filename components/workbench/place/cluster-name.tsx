"use client";
import { cn } from "#components/ui/cn.ts";
import { MiddleCut } from "#components/ui/page/middle-cut.tsx";
import { CLUSTER_COLOURS, lookOf, useLooks } from "./cluster-looks.ts";

/** A cluster as the person calls it, with its colour; else its own name, cut in the middle where there is no room. */
export function ClusterName({ name, className }: { name: string; className?: string }) {
  const { looks, names } = useLooks();
  const { short, colour } = lookOf(name, looks);
  return (
    <span className={cn("inline-flex min-w-0 items-center gap-1.5", className)}>
      {colour && (
        <span
          aria-hidden="true"
          data-colour={colour}
          className="h-3 w-1.5 shrink-0 rounded-sm"
          style={{ backgroundColor: CLUSTER_COLOURS[colour] }}
        />
      )}
      {short === undefined ? (
        <MiddleCut text={name.trim() === "" ? `"${name}"` : name} others={names} />
      ) : (
        <span className="truncate" title={name}>
          {short}
        </span>
      )}
    </span>
  );
}
