/** Every context by name, in the kubeconfig's order; the embedded demo clusters are added by clusters.ts. */
import { KubeError } from "../errors.ts";
import type { ClusterRegistry, Context } from "../types.ts";

export class ContextRegistry implements ClusterRegistry {
  readonly #clusters = new Map<string, Context>();

  /** @throws KubeError CONFIG when the name is taken: {cluster} in a URL must mean one cluster */
  add(cluster: Context): void {
    if (this.#clusters.has(cluster.name)) {
      throw new KubeError("CONFIG", `There are two clusters with the name "${cluster.name}".`);
    }
    this.#clusters.set(cluster.name, cluster);
  }

  list(): Context[] {
    return [...this.#clusters.values()];
  }

  get(name: string): Context | undefined {
    return this.#clusters.get(name);
  }

  close(): void {
    for (const cluster of this.#clusters.values()) cluster.close();
  }
}
