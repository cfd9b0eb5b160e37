/** Label selectors as the API server takes them in `labelSelector=` (apimachinery/pkg/labels). */
import type { LabelSelector } from "#protocol/kube-object.ts";
import { ForwardError } from "./errors.ts";

/**
 * The query form of a workload's selector.
 * @throws ForwardError INVALID when it selects everything: a forward must not land in a stranger's pod
 */
export function selectorQuery(owner: string, selector: LabelSelector | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    switch (operator) {
      case "In":
        return `${key} in (${values.join(",")})`;
      case "NotIn":
        return `${key} notin (${values.join(",")})`;
      case "Exists":
        return key;
      case "DoesNotExist":
        return `!${key}`;
      default:
        throw new ForwardError("INVALID", `${owner} selects pods by the unknown operator ${operator}`);
    }
  });
  const query = [...equal, ...expressions].join(",");
  if (query === "") throw new ForwardError("INVALID", `${owner} has no selector, so there is no pod to pick`);
  return query;
}
