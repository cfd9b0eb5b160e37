/**
 * The pods behind a forward's target, known without asking while the forward is in use: one watch with the selection
 * that was last asked for. A credential that may not list or watch pods is left alone; whoever wants to know asks then.
 * Next hop: kube/watch/cluster-watch-source.ts.
 */
import type { KubePod } from "#protocol/kube-object.ts";
import { ObjectWatch } from "#protocol/object-watch.ts";
import { clusterWatchSource, type WatchingCluster } from "#server/kube/watch/cluster-watch-source.ts";
import { essentials } from "./pod-ranking.ts";

/** More pods than this behind one name are not looked at: any of them serves. */
export const MAX_PODS = 500;
const HTTP_FORBIDDEN = 403;

/** A labelSelector or a fieldSelector, as a query has it. */
export type PodSelection = Readonly<Record<string, string>>;

interface Watching {
  selection: PodSelection;
  pods: Map<string, KubePod>;
  /** The pods are true, and a change will be told. */
  live: boolean;
  end: AbortController;
}

export class WatchedPods {
  readonly #cluster: WatchingCluster;
  readonly #path: string;
  #selection: PodSelection | null = null;
  /** Null while the forward is not in use. */
  #changed: (() => void) | null = null;
  #watching: Watching | null = null;

  /** @param namespace checked: it becomes part of a path */
  constructor(cluster: WatchingCluster, namespace: string) {
    this.#cluster = cluster;
    this.#path = `/api/v1/namespaces/${namespace}/pods`;
  }

  /** The pods of the last selection; null when they have to be asked for. */
  get known(): KubePod[] | null {
    return this.#watching?.live ? [...this.#watching.pods.values()] : null;
  }

  /** Watches what is selected until stop(). @param changed what is known may have changed, or is not known any more */
  start(changed: () => void): void {
    this.#changed = changed;
    this.#ensure();
  }

  /** Lets go of the connection. The next start() tries again what was refused. */
  stop(): void {
    this.#changed = null;
    this.#forget();
  }

  /** The pods of this selection, which is the one to watch from now on; null when they have to be asked for. */
  select(selection: PodSelection): KubePod[] | null {
    this.#selection = selection;
    if (this.#watching && !isSame(this.#watching.selection, selection)) this.#forget();
    this.#ensure();
    return this.known;
  }

  /**
   * What is known led nowhere: a watch may be a moment behind, and one whose connection died unseen is silent. Lists
   * again. @returns whether anything was known
   */
  doubt(): boolean {
    if (!this.#watching?.live) return false;
    this.#forget();
    this.#ensure();
    return true;
  }

  #ensure(): void {
    if (!this.#changed || !this.#selection || this.#watching) return;
    const watching: Watching = {
      selection: this.#selection,
      pods: new Map(),
      live: false,
      end: new AbortController(),
    };
    this.#watching = watching;
    const { signal } = watching.end;
    const source = clusterWatchSource<KubePod>(this.#cluster, this.#path, watching.selection, signal);
    void this.#machine(watching).run(source);
  }

  #machine(watching: Watching): ObjectWatch<KubePod> {
    const { pods } = watching;
    const keep = (pod: KubePod) => {
      if (pods.size < MAX_PODS || pods.has(keyOf(pod))) pods.set(keyOf(pod), essentials(pod));
    };
    const listener = {
      listed: (objects: readonly KubePod[], { first }: { first: boolean }) => {
        if (first) pods.clear();
        for (const pod of objects) keep(pod);
      },
      live: () => {
        watching.live = true;
        this.#changed?.();
      },
      changed: (type: "ADDED" | "MODIFIED" | "DELETED", pod: KubePod) => {
        if (type === "DELETED") pods.delete(keyOf(pod));
        else keep(pod);
        this.#changed?.();
      },
      failed: ({ code }: { code: number }) => {
        watching.live = false;
        this.#changed?.();
        return code === HTTP_FORBIDDEN ? ("stop" as const) : ("wait" as const);
      },
    };
    return new ObjectWatch(listener, MAX_PODS);
  }

  #forget(): void {
    this.#watching?.end.abort();
    this.#watching = null;
  }
}

function keyOf(pod: KubePod): string {
  return pod.metadata?.name ?? "";
}

function isSame(a: PodSelection, b: PodSelection): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
