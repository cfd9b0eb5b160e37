/** A context that cannot be used: listed with its reason, and every call on it fails with that reason. */

import { clusterKey } from "../api/cluster-key.ts";
import { KubeError } from "../errors.ts";
import type { Cluster, Context, Identity } from "../types.ts";

export class UnusableCluster implements Context, Cluster {
  readonly key: string;

  constructor(
    readonly name: string,
    readonly problem: string,
    readonly current: boolean,
    /** What is known of it, for display. */
    readonly namespace: string,
    readonly user: string,
    readonly server: string,
  ) {
    this.key = clusterKey(name, null);
  }

  as(_identity: Identity | null): Cluster {
    return this;
  }

  upstream(): Promise<never> {
    return Promise.reject(new KubeError("CONFIG", this.problem));
  }

  invalidateCredentials(): void {}

  request(): Promise<never> {
    return this.upstream();
  }

  json(): Promise<never> {
    return this.upstream();
  }

  close(): void {}
}
