"use client";
import { StatusDot } from "#components/ui/control/marks.tsx";
import type { ClusterList } from "#protocol/api.ts";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** The list of clusters is older than it looks. One line above everything: shells and lists go on below it. */
export function UnreadNotice({ unread }: { unread: NonNullable<ClusterList["unread"]> }) {
  return (
    <p
      role="status"
      className="flex shrink-0 items-start gap-2 border-b bg-warn-bg px-3.5 py-1.5 text-sm text-warn"
    >
      <StatusDot tone="warn" className="mt-1.5" />
      <span className="min-w-0 break-words">
        The kubeconfig cannot be read since {clock.format(unread.since)}; what it said before still counts.{" "}
        {unread.problem}
      </span>
    </p>
  );
}
