/** What a kubeconfig context and each identity's cluster say of themselves, and the key that tells those clusters apart. */
import type { ClusterFacts, ForwardProxy, Identity } from "../types.ts";

export abstract class ContextFacts implements ClusterFacts {
  readonly name: string;
  readonly server: string;
  readonly namespace: string;
  readonly user: string;
  readonly current: boolean;
  readonly proxy?: ForwardProxy;

  constructor(facts: Omit<ClusterFacts, "problem">) {
    this.name = facts.name;
    this.server = facts.server;
    this.namespace = facts.namespace;
    this.user = facts.user;
    this.current = facts.current;
    this.proxy = facts.proxy;
  }

  abstract get problem(): string | undefined;
}

/**
 * Whose view of which API server something is: the key of every cache, agent and memory. Two people never share one,
 * and neither shares one with the context's own credential.
 */
export function clusterKey(context: string, identity: Identity | null): string {
  return JSON.stringify([context, identity && [identity.user, [...identity.groups].sort()]]);
}
