/** Every context by name, in the kubeconfig's order; the embedded demo clusters are added by main.ts. */
import { KubeError } from "./errors";
import type { Cluster, ClusterRegistry } from "./types";

export class ContextRegistry implements ClusterRegistry {
  readonly #clusters = new Map<string, Cluster>();

  /** @throws KubeError CONFIG when the name is taken: {cluster} in a URL must mean one cluster */
  add(cluster: Cluster): void {
    if (this.#clusters.has(cluster.name)) {
      throw new KubeError("CONFIG", `There are two clusters with the name "${cluster.name}".`);
    }
    this.#clusters.set(cluster.name, cluster);
  }

  list(): Cluster[] {
    return [...this.#clusters.values()];
  }

  get(name: string): Cluster | undefined {
    return this.#clusters.get(name);
  }

  close(): void {
    for (const cluster of this.#clusters.values()) cluster.close();
  }
}
