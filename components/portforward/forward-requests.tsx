import { cn } from "#components/ui/cn.ts";
import type { ForwardHit } from "#protocol/api.ts";
import { hitCost, hitTone } from "./forward-words.ts";

/** A glance, no access log: several cards have to fit below each other. */
const SHOWN = 6;
const TONES = { ok: "text-accent", warn: "text-warn", bad: "text-bad", neutral: "text-dim" } as const;

/** The last requests through a forward, newest first. */
export function ForwardRequests({ hits }: { hits: readonly ForwardHit[] }) {
  return (
    <table className="w-full table-fixed border-separate border-spacing-0 border-t px-3 pt-1.5 pb-2 font-mono text-[0.71875rem] text-dim leading-[1.15rem] tabular-nums">
      <caption className="sr-only">Recent requests</caption>
      <colgroup>
        <col className="w-11" />
        <col />
        <col className="w-9" />
        <col className="w-16" />
      </colgroup>
      <thead className="sr-only">
        <tr>
          <th scope="col">Method</th>
          <th scope="col">Path</th>
          <th scope="col">Status</th>
          <th scope="col">Time or size</th>
        </tr>
      </thead>
      <tbody>
        {hits.slice(0, SHOWN).map((hit) => (
          // The server names no ids; the millisecond tells equal requests apart.
          <tr key={`${hit.at} ${hit.method} ${hit.path}`}>
            <td className="truncate">{hit.method}</td>
            <td className="truncate pr-2 text-text" title={hit.path}>
              {hit.path}
            </td>
            <td className={cn(TONES[hitTone(hit.status)])}>{hit.status === 0 ? "open" : hit.status}</td>
            <td className="text-right">{hitCost(hit)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
