/** What a kubeconfig context and each identity's cluster say of themselves, and the key that tells those clusters apart. */
import type { ClusterFacts, ForwardProxy, Identity } from "../types.ts";

export abstract class ContextFacts implements ClusterFacts {
  readonly name: string;
  readonly server: string;
  /** The only fact that a rewritten kubeconfig may change while streams go on (api-context.ts). */
  namespace: string;
  readonly user: string;
  readonly proxy?: ForwardProxy;

  constructor(facts: Omit<ClusterFacts, "problem">) {
    this.name = facts.name;
    this.server = facts.server;
    this.namespace = facts.namespace;
    this.user = facts.user;
    this.proxy = facts.proxy;
  }

  abstract get problem(): string | undefined;
}

/**
 * Whose view of which API server something is: the key of every cache, agent and memory. Two people never share one,
 * and neither shares one with the context's own credential.
 * @param revision tells two contexts apart that had one name one after the other
 */
export function clusterKey(context: string, identity: Identity | null, revision = 0): string {
  const who = identity && [identity.user, [...identity.groups].sort()];
  return JSON.stringify(revision === 0 ? [context, who] : [context, who, revision]);
}
