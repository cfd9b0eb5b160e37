/** Every context by name, in the kubeconfig's order; the embedded demo clusters are added by clusters.ts. */
import { KubeError } from "../errors.ts";
import type { ClusterRegistry, Context } from "../types.ts";

export class ContextRegistry implements ClusterRegistry {
  readonly #contexts = new Map<string, Context>();

  /** @throws KubeError CONFIG when the name is taken: {cluster} in a URL must mean one cluster */
  add(context: Context): void {
    if (this.#contexts.has(context.name)) {
      throw new KubeError("CONFIG", `There are two clusters with the name "${context.name}".`);
    }
    this.#contexts.set(context.name, context);
  }

  list(): Context[] {
    return [...this.#contexts.values()];
  }

  get(name: string): Context | undefined {
    return this.#contexts.get(name);
  }

  close(): void {
    for (const context of this.#contexts.values()) context.close();
  }
}
