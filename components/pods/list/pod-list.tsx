"use client";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Grid } from "#components/ui/control/grid.tsx";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import { PodListRow, type PodRowsProps, podRowId } from "./pod-list-row.tsx";

/** Up to here every row is in the document, so that the browser's own search finds it. */
const ALL_ROWS_BELOW = 300;
/** The youngest ages change each second; five are near enough, and cost a fifth. */
const AGE_STEP_MS = 5_000;

/** Only large lists need it, so only they load it. */
const VirtualRows = lazyPart("list", () => import("./virtual-rows.tsx").then((module) => module.VirtualRows));

/** The filter and the page's arrow keys find the grid by it. */
export const POD_GRID_ID = "pod-grid";

interface PodListProps extends Omit<PodRowsProps, "now" | "scroller"> {
  onKeyDown: (event: KeyboardEvent) => void;
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

/** The time, again and again: ages grow while nothing else happens. */
function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
