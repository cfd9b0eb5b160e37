import type { ComponentProps } from "react";

/**
 * A list in which one row is selected and may hold buttons: ARIA's grid. Not a table, because only the rows in view
 * are in the document, each at a place of its own.
 */
export function Grid(props: ComponentProps<"div">) {
  // biome-ignore lint/a11y/useSemanticElements: see above
  return <div role="grid" tabIndex={0} {...props} />;
}

export function GridRow(props: ComponentProps<"div">) {
  // biome-ignore lint/a11y/useSemanticElements: see above
  return <div role="row" tabIndex={-1} {...props} />;
}

/** The focus stays on the grid; a cell only says that it belongs to a row. */
export function GridCell(props: ComponentProps<"div">) {
  // biome-ignore lint/a11y/useSemanticElements: see above
  // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
  return <div role="gridcell" {...props} />;
}
