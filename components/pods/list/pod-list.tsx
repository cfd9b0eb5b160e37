"use client";
import { type KeyboardEvent, type RefObject, useEffect, useRef } from "react";
import { Grid } from "#components/ui/control/grid.tsx";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import { useNow } from "#components/ui/page/use-now.ts";
import type { AccessInfo } from "#protocol/api.ts";
import type { Pod } from "../pod/pod.ts";
import { PodListRow, podRowId } from "./pod-list-row.tsx";
import type { PodCommands } from "./pod-row.tsx";
import type { PodListEntry } from "./pod-rows.ts";

/** Up to here every row is in the document, so that the browser's own search finds it. */
const ALL_ROWS_BELOW = 300;
const AGE_STEP_MS = 5_000;

/** Only large lists need it, so only they load it. */
const VirtualRows = lazyPart("list", () => import("./virtual-rows.tsx").then((module) => module.VirtualRows));

export const POD_GRID_ID = "pod-grid";

export interface PodListProps {
  rows: readonly PodListEntry[];
  selected: string | null;
  /** Namespaces stand in the headings when there are several. */
  showNamespace: boolean;
  access: AccessInfo | null;
  commands: PodCommands;
  onSelect: (pod: Pod) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

export interface PodRowsProps extends Omit<PodListProps, "onKeyDown"> {
  now: number;
  scroller: RefObject<HTMLDivElement | null>;
}

/** The pods as a grid: one is selected and shows its actions; arrow keys move the selection. */
export function PodList({ onKeyDown, ...list }: PodListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const now = useNow(AGE_STEP_MS);
  const rows = { ...list, now, scroller };
  return (
    <Grid
      ref={scroller}
      id={POD_GRID_ID}
      aria-label="Pods"
      aria-rowcount={list.rows.length}
      aria-activedescendant={list.selected === null ? undefined : podRowId(list.selected)}
      onKeyDown={onKeyDown}
      className="min-h-0 flex-1 overflow-y-auto overflow-x-hidden pb-3 outline-none focus-visible:shadow-[inset_0_2px_0_var(--accent)]"
    >
      {list.rows.length <= ALL_ROWS_BELOW ? <PlainRows {...rows} /> : <VirtualRows.Part {...rows} />}
    </Grid>
  );
}

function PlainRows(props: PodRowsProps) {
  const { rows, selected } = props;
  // Only a new selection scrolls; a pod that moves because another came must not take the view along.
  useEffect(() => {
    if (selected !== null) document.getElementById(podRowId(selected))?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  return rows.map((row, index) => <PodListRow key={row.key} {...props} row={row} index={index} />);
}
