/**
 * Bounds the memory that request heads take before anybody is asked who they are (threats.md A28). One head may be as
 * long as an API server allows, because a command is part of the request line; all that come in at once share a budget.
 */
import type { Connection } from "./connection.ts";

/** Of all connections together; a usual head has 1 to 4 KiB. */
export const MAX_HEADS_BYTES = 16 * 1024 * 1024;

type WithHead = Pick<Connection, "headBytes">;

export function headsInFlight(connections: Iterable<WithHead>): number {
  let sum = 0;
  for (const { headBytes } of connections) sum += headBytes;
  return sum;
}

/** The longest heads, those without which the others fit. */
export function headsTooMany<C extends WithHead>(connections: Iterable<C>, limit: number): C[] {
  const all = [...connections];
  let left = headsInFlight(all);
  if (left <= limit) return [];
  const dropped: C[] = [];
  for (const connection of all.sort((one, other) => other.headBytes - one.headBytes)) {
    if (left <= limit) break;
    left -= connection.headBytes;
    dropped.push(connection);
  }
  return dropped;
}
