"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect } from "react";
import { PodListRow, type PodRowsProps } from "./pod-list-row.tsx";

/** Around the view: an arrow key held down must not run into rows that are not drawn. */
const OVERSCAN_ROWS = 12;
/** First guesses of the two heights; each row is measured once it is drawn. */
const ROW_PX = 28;
const SELECTED_ROW_PX = 92;

/** The rows in view, and a few around them. */
export function VirtualRows(props: PodRowsProps) {
  const { rows, selected, scroller } = props;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: (index) => (rows[index]?.key === selected ? SELECTED_ROW_PX : ROW_PX),
    overscan: OVERSCAN_ROWS,
  });

  const selectedIndex = rows.findIndex((row) => row.type === "pod" && row.key === selected);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new selection scrolls, not its new place
  useEffect(() => {
    if (selectedIndex >= 0) virtualizer.scrollToIndex(selectedIndex, { align: "auto" });
  }, [selected]);

  return (
    <div className="relative" style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map((item) => {
        const row = rows[item.index];
        return (
          row && (
            <PodListRow
              key={item.key}
              {...props}
              row={row}
              index={item.index}
              measure={virtualizer.measureElement}
              offset={item.start}
            />
          )
        );
      })}
    </div>
  );
}
