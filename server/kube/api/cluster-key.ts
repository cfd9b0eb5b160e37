/** Whose view of which API server something is: the key of every cache, agent and memory. */
import { KubeError } from "../errors.ts";
import type { Identity } from "../types.ts";

/** Two people never share one, and neither shares one with the context's own credential. */
export function clusterKey(context: string, identity: Identity | null): string {
  return JSON.stringify([context, identity && [identity.user, [...identity.groups].sort()]]);
}

/** Better no access than that of the shared credential (docs/threats.md B1). */
export function noWayFor({ user }: Identity, context: string): KubeError {
  return new KubeError("CONFIG", `The context "${context}" has no way to act for ${user}: see --identity.`);
}
