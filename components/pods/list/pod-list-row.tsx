"use client";
import type { RefObject } from "react";
import { cn } from "#components/ui/cn.ts";
import { GridCell, GridRow } from "#components/ui/control/grid.tsx";
import type { AccessInfo } from "#protocol/api.ts";
import type { Pod } from "../pod/pod.ts";
import type { PodCommands } from "./pod-actions.ts";
import type { PodGroup } from "./pod-groups.ts";
import { PodDetails, PodSummary } from "./pod-row.tsx";
import type { PodListEntry } from "./pod-rows.ts";

/** The grid and the filter name the selected row by it (aria-activedescendant): the focus is on them, not on it. */
export function podRowId(key: string): string {
  return `pod-row-${key}`;
}

/** What every row knows of the list it stands in. */
export interface PodRowsProps {
  rows: readonly PodListEntry[];
  selected: string | null;
  /** Namespaces stand in the headings when there are several. */
  showNamespace: boolean;
  access: AccessInfo | null;
  commands: PodCommands;
  onSelect: (pod: Pod) => void;
  now: number;
  scroller: RefObject<HTMLDivElement | null>;
}

interface PodListRowProps extends PodRowsProps {
  row: PodListEntry;
  index: number;
  /** In a virtual list: tells its height to the list, and how far down it stands. */
  measure?: (element: HTMLElement | null) => void;
  offset?: number;
}

/** A heading or a pod; the selected pod with its details below it. */
export function PodListRow(props: PodListRowProps) {
  const { row, index, selected, now, measure, offset } = props;
  const placed = offset === undefined ? {} : { style: { transform: `translateY(${offset}px)` } };
  const chosen = row.type === "pod" && row.key === selected;
  return (
    <GridRow
      {...(measure ? { ref: measure } : {})}
      data-index={index}
      // A row's place in the document says nothing of its place in a virtual list.
      aria-rowindex={index + 1}
      aria-selected={row.type === "pod" ? chosen : undefined}
      id={row.type === "pod" ? podRowId(row.key) : undefined}
      className={cn(
        "cursor-default border-l-2 pl-3 outline-none",
        offset !== undefined && "absolute inset-x-0 top-0",
        chosen ? "border-accent bg-raise" : "border-transparent",
        row.type === "pod" && !chosen && "hover:bg-hover",
      )}
      {...placed}
      onClick={() => row.type === "pod" && props.onSelect(row.pod)}
      onDoubleClick={() => row.type === "pod" && props.commands.shell(row.pod)}
    >
      {row.type === "group" && <GroupHeading group={row.group} showNamespace={props.showNamespace} />}
      {row.type === "pod" && <PodSummary pod={row.pod} spans={row.spans} now={now} />}
      {row.type === "pod" && chosen && (
        <PodDetails pod={row.pod} access={props.access} commands={props.commands} now={now} />
      )}
    </GridRow>
  );
}

function GroupHeading({ group, showNamespace }: { group: PodGroup; showNamespace: boolean }) {
  return (
    <GridCell className="flex h-7 items-end justify-between gap-2 pr-3 pb-1 text-faint text-xs tabular-nums">
      <span className="truncate">
        {showNamespace && `${group.namespace} / `}
        {group.kind} {group.name}
      </span>
      <span className="shrink-0">{group.summary}</span>
    </GridCell>
  );
}
