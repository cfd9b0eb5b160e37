/**
 * Every context by name, in the kubeconfig's order; the embedded demo clusters are added by clusters.ts. The contexts of
 * the kubeconfig are replaced as one when it changes: nobody sees a state between two of its.
 */
import { KubeError } from "../errors.ts";
import type { ClusterRegistry, Context, UnreadKubeconfig } from "../types.ts";

/** All that a kubeconfig says. */
export interface KubeconfigState {
  contexts: readonly Context[];
  /** The name of its current context; empty when it names none. */
  current: string;
}

export class ContextRegistry implements ClusterRegistry {
  #contexts = new Map<string, Context>();
  readonly #added = new Map<string, Context>();
  #current = "";
  unread: UnreadKubeconfig | undefined;
  /** Why the kubeconfig has no contexts, as long as it has none. */
  missing: string | undefined;

  /** @throws KubeError CONFIG when the name is taken: {cluster} in a URL must mean one cluster */
  add(context: Context): void {
    if (this.get(context.name)) {
      throw new KubeError("CONFIG", `There are two clusters with the name "${context.name}".`);
    }
    this.#added.set(context.name, context);
  }

  /**
   * What was added keeps its name. Contexts that are no longer listed are closed: streams that run on them go on under
   * their grants, which are still asked at the API server they lead to, and nothing new is opened.
   */
  replace({ contexts, current }: KubeconfigState): void {
    const before = this.#contexts;
    this.#contexts = new Map(
      contexts.filter(({ name }) => !this.#added.has(name)).map((context) => [context.name, context]),
    );
    this.#current = current;
    if (this.#contexts.size > 0) this.missing = undefined;
    for (const context of before.values()) {
      if (this.#contexts.get(context.name) !== context) context.close();
    }
  }

  list(): Context[] {
    return [...this.#contexts.values(), ...this.#added.values()];
  }

  get(name: string): Context | undefined {
    return this.#added.get(name) ?? this.#contexts.get(name);
  }

  /** kubectl refuses without one. To take another would open a cluster that nobody asked for. */
  get current(): string | null {
    if (this.#contexts.has(this.#current)) return this.#current;
    // The demo is what is shown when there is no kubeconfig.
    const [first] = this.#added.keys();
    return this.#contexts.size === 0 && first !== undefined ? first : null;
  }

  get noCurrent(): string | undefined {
    if (this.current !== null || this.list().length === 0) return undefined;
    return this.#current === ""
      ? "The kubeconfig names no current-context."
      : `The kubeconfig's current-context is "${this.#current}", and it has no context of that name.`;
  }

  close(): void {
    for (const context of this.list()) context.close();
  }
}
