/**
 * The pods of a cluster as the page shows them: what an ObjectWatch knows, since when, and what is wrong. Goes to the
 * page with every change, but not with each of a burst.
 */
import { clusterSegment } from "#protocol/cluster-segment.ts";
import type { KubePod } from "#protocol/kube-object.ts";
import { type ListPage, ObjectWatch, type WatchListener } from "#protocol/object-watch.ts";
import type { WatchError } from "#protocol/watch-event.ts";
import { type Pod, podKey, readPod } from "../pod/pod.ts";
import { isPortholeMissing, pageWatchSource } from "./page-watch-source.ts";

/** A list is held in memory; beyond this the page says that it shows a part. */
const MAX_PODS = 20_000;
/** Changes of a busy cluster reach the page together, this often at most. */
const PUBLISH_EVERY_MS = 100;
const HTTP_FORBIDDEN = 403;

export interface PodWatchState {
  /**
   * loading: nothing to show yet; live: true now; polled: true at `knownAt` and asked for again and again; stale: shown
   * is what was known at `knownAt`; failed: there is nothing to show, `problem` says why.
   */
  phase: "loading" | "live" | "polled" | "stale" | "failed";
  pods: readonly Pod[];
  /** The namespace that is shown; null is all of them. */
  namespace: string | null;
  /** Another namespace than the one asked for, because that one may not be listed. */
  narrowed: boolean;
  /** There are more pods than the page holds. */
  cut: boolean;
  knownAt: number | null;
  problem: PodWatchProblem | null;
}

export interface PodWatchProblem {
  /** The API server's code; 0 without one. */
  status: number;
  message: string;
  /** It is Porthole that does not answer: of the cluster nothing is known. */
  portholeMissing?: true;
}

export const INITIAL_POD_STATE: PodWatchState = {
  phase: "loading",
  pods: [],
  namespace: null,
  narrowed: false,
  cut: false,
  knownAt: null,
  problem: null,
};

export interface PodWatchOptions {
  cluster: string;
  /** What to show, and what instead when the credential may not list it. Null is all namespaces. */
  namespaces: readonly (string | null)[];
  onState: (state: PodWatchState) => void;
  /** Origin of the server; the page's own when empty. */
  base?: string;
  /** How long Porthole may take to answer. */
  answerMs?: number;
}

export class PodWatch implements WatchListener<KubePod> {
  #state: PodWatchState;
  #pods = new Map<string, Pod>();
  /** A list that is being read; it takes the place of #pods once it is whole. */
  #listing = new Map<string, Pod>();
  #scope = 0;
  /** Why changes are not told of, and the list is asked for instead. */
  #refusal: PodWatchProblem | null = null;
  #run: AbortController | null = null;
  #publishTimer: ReturnType<typeof setTimeout> | null = null;
  readonly #watch = new ObjectWatch<KubePod>(this, MAX_PODS);

  constructor(private readonly options: PodWatchOptions) {
    this.#state = { ...INITIAL_POD_STATE, namespace: options.namespaces[0] ?? null };
  }

  /** Begins, or goes on after pause(). Also cuts a wait for the next attempt short. */
  start(): void {
    this.#run?.abort();
    this.#run = new AbortController();
    void this.#watch.run(pageWatchSource(() => this.#path(), this.#run.signal, this.options.answerMs));
  }

  /** Lets go of the connection; what is shown stays and is called stale until start(). */
  pause(): void {
    this.#run?.abort();
    this.#run = null;
    const { phase, knownAt } = this.#state;
    if (phase === "live") this.#set({ phase: "stale", knownAt: Date.now(), problem: null });
    else if (phase === "polled") this.#set({ phase: "stale", knownAt, problem: null });
  }

  stop(): void {
    this.#run?.abort();
    this.#run = null;
    if (this.#publishTimer) clearTimeout(this.#publishTimer);
    this.#publishTimer = null;
  }

  listed(objects: readonly KubePod[], { first, last, cut }: ListPage): void {
    if (first) this.#listing = new Map();
    for (const object of objects) {
      const pod = podIn(object);
      if (pod) this.#listing.set(pod.key, pod);
    }
    if (last) {
      this.#pods = this.#listing;
      this.#listing = new Map();
      // Until the next list says otherwise: who may not watch learns of no change before it.
      const phase = this.#state.phase === "polled" ? "polled" : "live";
      const problem = phase === "polled" ? this.#refusal : null;
      this.#set({ phase, problem, pods: [...this.#pods.values()], cut, knownAt: Date.now() });
    } else if (this.#pods.size === 0) {
      this.#set({ pods: [...this.#listing.values()] });
    }
  }

  changed(type: "ADDED" | "MODIFIED" | "DELETED", object: KubePod): void {
    if (type === "DELETED") {
      this.#pods.delete(podKey(object.metadata?.namespace ?? "", object.metadata?.name ?? ""));
    } else {
      const pod = podIn(object);
      if (pod) this.#pods.set(pod.key, pod);
    }
    this.#publishSoon();
  }

  live(): void {
    this.#set({ phase: "live", problem: null });
  }

  polled(refusal: WatchError | null): void {
    if (refusal) this.#refusal = { status: refusal.code, message: refusal.message };
    this.#set({ phase: "polled", problem: this.#refusal });
  }

  failed(error: WatchError, during: "list" | "watch"): "wait" | "again" {
    if (
      during === "list" &&
      error.code === HTTP_FORBIDDEN &&
      this.#pods.size === 0 &&
      this.#scope < this.options.namespaces.length - 1
    ) {
      this.#scope += 1;
      this.#set({ namespace: this.options.namespaces[this.#scope] ?? null, narrowed: true });
      return "again";
    }
    const problem = {
      status: error.code,
      message: error.message,
      ...(isPortholeMissing(error) ? { portholeMissing: true as const } : {}),
    };
    const { phase } = this.#state;
    if (during === "list" && this.#pods.size === 0) this.#set({ phase: "failed", problem });
    else if (phase === "stale") this.#set({ problem });
    // Of a list that is asked for now and then, the last one is what is known.
    else if (phase === "polled") this.#set({ phase: "stale", problem });
    else this.#set({ phase: "stale", problem, knownAt: Date.now() });
    return "wait";
  }

  /** Where pods are listed and watched; without a namespace all of them are. */
  #path(): string {
    const { base = "", cluster, namespaces } = this.options;
    const namespace = namespaces[this.#scope] ?? null;
    const api = `${base}/clusters/${clusterSegment(cluster)}/api/v1`;
    return namespace === null ? `${api}/pods` : `${api}/namespaces/${encodeURIComponent(namespace)}/pods`;
  }

  #publishSoon(): void {
    this.#publishTimer ??= setTimeout(() => {
      this.#publishTimer = null;
      this.#set({ pods: [...this.#pods.values()] });
    }, PUBLISH_EVERY_MS);
  }

  #set(change: Partial<PodWatchState>): void {
    this.#state = { ...this.#state, ...change };
    this.options.onState(this.#state);
  }
}

/** Null for one that is not as pods are: it does not take the others away. */
function podIn(object: KubePod): Pod | null {
  try {
    return readPod(object);
  } catch {
    return null;
  }
}
