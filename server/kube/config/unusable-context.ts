/** A context that cannot be used: listed with its reason, and every call on it fails with that reason, whoever asks. */
import { ContextFacts, clusterKey } from "../api/context-facts.ts";
import { KubeError } from "../errors.ts";
import type { Cluster, ClusterFacts, Context, Identity } from "../types.ts";

/** What is known of it, for display. */
type KnownFacts = Pick<ClusterFacts, "name" | "namespace" | "user" | "server">;

abstract class UnusableFacts extends ContextFacts {
  constructor(
    facts: KnownFacts,
    private readonly why: string,
  ) {
    super(facts);
  }

  get problem(): string {
    return this.why;
  }
}

export class UnusableContext extends UnusableFacts implements Context {
  constructor(
    facts: KnownFacts,
    problem: string,
    private readonly revision = 0,
  ) {
    super(facts, problem);
  }

  as(identity: Identity | null): Cluster {
    return new UnusableCluster(this, this.problem, clusterKey(this.name, identity, this.revision));
  }

  close(): void {}
}

class UnusableCluster extends UnusableFacts implements Cluster {
  constructor(
    facts: KnownFacts,
    problem: string,
    readonly key: string,
  ) {
    super(facts, problem);
  }

  connection(): Promise<never> {
    return Promise.reject(new KubeError("CONFIG", this.problem));
  }

  request(): Promise<never> {
    return this.connection();
  }

  refusal(): Promise<never> {
    return this.connection();
  }

  upgrade(): Promise<never> {
    return this.connection();
  }

  json(): Promise<never> {
    return this.connection();
  }
}
