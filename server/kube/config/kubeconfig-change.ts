/** How one state of a kubeconfig differs from the one before. */
import { isDeepStrictEqual } from "node:util";
import type { Kubeconfig } from "./kubeconfig.ts";

/** A file that is not there. */
export const NO_ENTRIES: Kubeconfig = {
  currentContext: "",
  clusters: new Map(),
  users: new Map(),
  contexts: new Map(),
};

const LISTS = ["clusters", "users", "contexts"] as const;

/** Every entry of the one before is there as it was. Which context is the current one does not count. */
export function addsOnly(before: Kubeconfig, after: Kubeconfig): boolean {
  return LISTS.every((list) =>
    [...before[list]].every(([name, entry]) => isDeepStrictEqual(after[list].get(name), entry)),
  );
}

/** No entry is gone or broken. */
export function keepsEveryName(before: Kubeconfig, after: Kubeconfig): boolean {
  return LISTS.every((list) =>
    [...before[list]].every(([name, { problem }]) => {
      const now = after[list].get(name);
      return now !== undefined && (now.problem === undefined || problem !== undefined);
    }),
  );
}
