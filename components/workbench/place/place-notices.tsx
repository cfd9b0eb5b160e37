"use client";
import type { ReactNode } from "react";
import { StatusDot } from "#components/ui/control/marks.tsx";
import type { ClusterList } from "#protocol/api.ts";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** Lines above everything, while shells and lists go on below: of the kubeconfig, and of the credential of a cluster. */
export function PlaceNotices({
  list: { unread, missing },
  credential,
}: {
  list: Pick<ClusterList, "unread" | "missing">;
  /** That it has expired, or soon will. */
  credential: string | undefined;
}) {
  return (
    <>
      {unread && (
        <Line>
          The kubeconfig cannot be read since {clock.format(unread.since)}; what it said before still counts.{" "}
          {unread.problem}
        </Line>
      )}
      {missing && <Line>{missing}</Line>}
      {credential && <Line>{credential}</Line>}
    </>
  );
}

function Line({ children }: { children: ReactNode }) {
  return (
    <p
      role="status"
      className="flex shrink-0 items-start gap-2 border-b bg-warn-bg px-3.5 py-1.5 text-sm text-warn"
    >
      <StatusDot tone="warn" className="mt-1.5" />
      <span className="min-w-0 break-words">{children}</span>
    </p>
  );
}
