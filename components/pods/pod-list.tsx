"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { cn } from "#components/ui/cn";
import { Grid, GridCell, GridRow } from "#components/ui/grid";
import { useNow } from "#components/ui/use-now";
import type { AccessInfo } from "#protocol/api";
import type { Pod } from "./pod";
import type { PodGroup } from "./pod-groups";
import { type PodCommands, PodDetails, PodSummary } from "./pod-row";
import type { PodListRow } from "./pod-rows";

/** Up to here every row is in the document, so that the browser's own search finds it. */
const ALL_ROWS_BELOW = 300;
const OVERSCAN_ROWS = 12;
const ROW_PX = 28;
const SELECTED_ROW_PX = 92;
const AGE_STEP_MS = 5_000;

export const POD_GRID_ID = "pod-grid";

export function podRowId(key: string): string {
  return `pod-row-${key}`;
}

export interface PodListProps {
  rows: readonly PodListRow[];
  selected: string | null;
  /** Namespaces stand in the headings when there are several. */
  showNamespace: boolean;
  access: AccessInfo | null;
  commands: PodCommands;
  onSelect: (pod: Pod) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

/** The pods as a grid: one is selected and shows its actions; arrow keys move the selection. */
export function PodList(props: PodListProps) {
  const { rows, selected, commands } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const now = useNow(AGE_STEP_MS);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: (index) => (rows[index]?.key === selected ? SELECTED_ROW_PX : ROW_PX),
    overscan: rows.length <= ALL_ROWS_BELOW ? ALL_ROWS_BELOW : OVERSCAN_ROWS,
    // Before the first layout there is no size to go by; a window's worth is drawn then.
    initialRect: { width: 280, height: 900 },
  });

  const selectedIndex = rows.findIndex((row) => row.type === "pod" && row.key === selected);
  // Only a new selection scrolls; a pod that moves because another came must not take the view along.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the index of the same selection may change
  useEffect(() => {
    if (selectedIndex >= 0) virtualizer.scrollToIndex(selectedIndex, { align: "auto" });
  }, [selected]);

  const visible = virtualizer.getVirtualItems();
  const activeShown = visible.some((item) => item.index === selectedIndex);
  return (
    <Grid
      ref={scroller}
      id={POD_GRID_ID}
      aria-label="Pods"
      aria-rowcount={rows.length}
      aria-activedescendant={selected !== null && activeShown ? podRowId(selected) : undefined}
      onKeyDown={props.onKeyDown}
      className="group min-h-0 flex-1 overflow-y-auto overflow-x-hidden pb-3 outline-none focus-visible:shadow-[inset_0_2px_0_var(--accent)]"
    >
      <div className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {visible.map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const chosen = row.type === "pod" && row.key === selected;
          return (
            <GridRow
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              aria-rowindex={item.index + 1}
              aria-selected={row.type === "pod" ? chosen : undefined}
              id={row.type === "pod" ? podRowId(row.key) : undefined}
              className={cn(
                "absolute inset-x-0 top-0 cursor-default border-transparent border-l-2 pl-3 outline-none",
                chosen && "border-accent bg-raise",
                row.type === "pod" && !chosen && "hover:bg-hover",
              )}
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={() => row.type === "pod" && props.onSelect(row.pod)}
              onDoubleClick={() => row.type === "pod" && commands.shell(row.pod)}
            >
              {row.type === "group" && <GroupHeading group={row.group} showNamespace={props.showNamespace} />}
              {row.type === "pod" && <PodSummary pod={row.pod} spans={row.spans} now={now} />}
              {row.type === "pod" && chosen && (
                <PodDetails pod={row.pod} access={props.access} commands={commands} now={now} />
              )}
            </GridRow>
          );
        })}
      </div>
    </Grid>
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
