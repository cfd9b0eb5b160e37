"use client";
import { Plus } from "lucide-react";
import { Button } from "#components/ui/control/button.tsx";
import { Notice } from "#components/ui/page/notice.tsx";
import { Waiting } from "#components/ui/page/waiting.tsx";
import { ForwardList, type ForwardListProps } from "./forward-list.tsx";
import { useForwardsStore } from "./forwards-store.ts";

interface ForwardsPanelProps extends ForwardListProps {
  /** Asks for the port of the selected pod. */
  onNew: () => void;
  /** Why there is nothing to forward now. */
  newReason: string | undefined;
}

/** Every forward there is, of every cluster. */
export function ForwardsPanel({ cluster, clusterName, onNew, newReason }: ForwardsPanelProps) {
  const { forwards, loaded, problem } = useForwardsStore();
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-10.5 shrink-0 items-center gap-1 pr-2 pl-3.5">
        <h2 className="flex-1 font-semibold">Forwards</h2>
        <Button size="sm" variant="ghost" reason={newReason} onClick={onNew}>
          <Plus /> New
        </Button>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {problem !== null && (
          <Notice
            tone="warn"
            title={forwards.length === 0 ? "The forwards are not known" : "This may be old"}
          >
            {problem}
          </Notice>
        )}
        {/* Old forwards stay below a problem: they may well go on while the list of them is late. */}
        {!loaded && <Waiting className="px-3.5 py-2">Loading forwards</Waiting>}
        {loaded && problem === null && forwards.length === 0 && (
          <div className="px-3.5 py-1 text-dim text-sm">
            <p className="mb-2 text-base text-text">No port is forwarded.</p>
            <p className="mb-2">
              Select a pod and choose <b className="font-medium text-text">Open</b>: its port becomes a web
              address of its own in this browser. WebSockets, uploads and downloads go through.
            </p>
            <p>The address stays the same until you stop the forward.</p>
          </div>
        )}
        {forwards.length > 0 && <ForwardList cluster={cluster} clusterName={clusterName} />}
      </div>
    </div>
  );
}
