/**
 * Reads that go on: a watch, and a log that is followed. The API server decides at their opening and never again, so
 * each needs the right it stands on (docs/threats.md A17).
 */

import { isSubdomain } from "#protocol/kube-names.ts";
import type { Right } from "#server/access/grant.ts";

/**
 * The right of a read that lasts, as the API server's authorizer saw it at its opening; null for one that ends by
 * itself.
 * @param right of the same path without a query
 */
export function lastingRight(right: Right | null, query: URLSearchParams): Right | null {
  if (right?.subresource === "log") return flag(query, "follow") ? right : null;
  if (right?.verb !== "list" || !flag(query, "watch")) return null;
  const name = selectedName(query.get("fieldSelector") ?? "");
  return { ...right, verb: "watch", ...(name === null ? {} : { name }) };
}

/** As apimachinery/pkg/runtime/conversion.go reads a boolean: present and neither "false" nor "0". */
export function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value.toLowerCase() !== "false" && value !== "0";
}

/**
 * A watch of one object by its name is asked about with that name, so a role for that object alone is enough
 * (apiserver/pkg/endpoints/request/requestinfo.go).
 */
function selectedName(selector: string): string | null {
  const requirements = selector.split(",");
  const exact = requirements.flatMap((one) => /^\s*metadata\.name={1,2}([^=,\\]+)$/.exec(one)?.[1] ?? []);
  const [name] = exact;
  return exact.length === 1 && name !== undefined && isSubdomain(name) ? name : null;
}
