import type { ReactNode } from "react";
import type { Span } from "./pod-filter.ts";

/**
 * A pod's name: what matches the filter bold, what the cluster made up faint. When it does not fit, the middle goes,
 * because the last letters tell two pods of a workload apart.
 */
export function PodName({
  name,
  suffixStart,
  spans,
}: {
  name: string;
  suffixStart: number;
  spans: readonly Span[];
}) {
  const dash = name.lastIndexOf("-");
  // Without a part that was made up, the end of the name is as good as its middle.
  const tail = suffixStart < name.length && dash >= suffixStart ? dash : name.length;
  return (
    <span className="flex min-w-0 font-mono text-mono" title={name}>
      <span className="truncate">
        {segment(name, 0, suffixStart, spans)}
        <span className="text-faint">{segment(name, suffixStart, tail, spans)}</span>
      </span>
      <span className="shrink-0 text-faint">{segment(name, tail, name.length, spans)}</span>
    </span>
  );
}

/** The letters from `from` to `to`, with the spans inside them bold. */
function segment(name: string, from: number, to: number, spans: readonly Span[]): ReactNode[] {
  const parts: ReactNode[] = [];
  let at = from;
  for (const [start, end] of spans) {
    const boldFrom = Math.max(start, at);
    const boldTo = Math.min(end, to);
    if (boldFrom >= boldTo) continue;
    if (boldFrom > at) parts.push(name.slice(at, boldFrom));
    parts.push(
      <b key={boldFrom} className="font-bold text-text">
        {name.slice(boldFrom, boldTo)}
      </b>,
    );
    at = boldTo;
  }
  if (at < to) parts.push(name.slice(at, to));
  return parts;
}
