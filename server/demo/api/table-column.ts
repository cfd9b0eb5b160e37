/** How one kind is printed as a table row. */
import type { KubeObject } from "../objects/types.ts";

export interface Column {
  name: string;
  type: "string" | "integer";
  /** `name` marks the column that kubectl prefixes with the kind. */
  format?: "name";
  /** Above 0: shown with `-o wide` only. */
  priority?: number;
}

export interface TablePrinter {
  columns: readonly Column[];
  /** One cell per column. */
  cells(object: KubeObject, now: number): (string | number)[];
}

export const NAME_COLUMN: Column = { name: "Name", type: "string", format: "name" };
export const AGE_COLUMN = text("Age");
export const NONE = "<none>";

export function text(name: string): Column {
  return { name, type: "string" };
}

export function integer(name: string): Column {
  return { name, type: "integer" };
}

/** A column of `-o wide`. */
export function wide(name: string): Column {
  return { name, type: "string", priority: 1 };
}

/** Labels as `a=b,c=d`. */
export function labelText(labels: Record<string, string> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? NONE : pairs.join(",");
}
