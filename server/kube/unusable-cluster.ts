/** A context that cannot be used: listed with its reason, and every call on it fails with that reason. */
import { KubeError } from "./errors";
import type { Cluster } from "./types";

export class UnusableCluster implements Cluster {
  readonly demo = false;

  constructor(
    readonly name: string,
    readonly problem: string,
    readonly current: boolean,
    /** What is known of it, for display. */
    readonly namespace: string,
    readonly user: string,
    readonly server: string,
  ) {}

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
