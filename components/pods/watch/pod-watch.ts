/**
 * Keeps a list of pods true: list, then watch from where the list ended, and the same again when the cluster has
 * forgotten that point. What it knows and since when goes to the page with every change.
 */
import { ApiError, apiResponse, errorWords } from "#components/ui/api-client.ts";
import { readLines } from "../log/line-reader.ts";
import type { KubeWatchEvent } from "../pod/kube-pod.ts";
import { type Pod, podKey, readPod } from "../pod/pod.ts";
import { listPods, podsPath } from "./pod-list-reader.ts";

/** Changes of a busy cluster reach the page together, this often at most. */
const PUBLISH_EVERY_MS = 100;
/** The server ends a watch after this long and the next one begins; a connection that died unseen ends with it. */
const WATCH_SECONDS = 240;
const WATCH_GRACE_MS = 20_000;
/** A watch that ends sooner counts as failed, or two that end at once would follow each other in a busy loop. */
const SHORT_WATCH_MS = 2_000;
const BACKOFF_MS = [500, 1_000, 2_000, 5_000, 10_000, 20_000] as const;
/** A refused credential or right changes when someone changes it, not by asking often. */
const REFUSED_RETRY_MS = 30_000;
const HTTP_GONE = 410;

export interface PodWatchState {
  /**
   * loading: nothing to show yet; live: true now; stale: shown is what was known at `knownAt`;
   * failed: there is nothing to show, `problem` says why.
   */
  phase: "loading" | "live" | "stale" | "failed";
  pods: readonly Pod[];
  /** The namespace that is shown; null is all of them. */
  namespace: string | null;
  /** Another namespace than the one asked for, because that one may not be listed. */
  narrowed: boolean;
  /** There are more pods than the page holds. */
  cut: boolean;
  knownAt: number | null;
  problem: { status: number; message: string } | null;
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
}

export class PodWatch {
  #state: PodWatchState;
  #pods = new Map<string, Pod>();
  #resourceVersion = "";
  #scope = 0;
  #attempt = 0;
  #run: AbortController | null = null;
  #publishTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly options: PodWatchOptions) {
    this.#state = { ...INITIAL_POD_STATE, namespace: options.namespaces[0] ?? null };
  }

  /** Begins, or goes on after pause(). Also cuts a wait for the next attempt short. */
  start(): void {
    this.#run?.abort();
    this.#run = new AbortController();
    this.#attempt = 0;
    void this.#loop(this.#run.signal);
  }

  /** Lets go of the connection; what is shown stays and is called stale until start(). */
  pause(): void {
    this.#run?.abort();
    this.#run = null;
    if (this.#state.phase === "live") this.#set({ phase: "stale", knownAt: Date.now(), problem: null });
  }

  stop(): void {
    this.#run?.abort();
    this.#run = null;
    if (this.#publishTimer) clearTimeout(this.#publishTimer);
    this.#publishTimer = null;
  }

  async #loop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const began = Date.now();
      try {
        if (this.#resourceVersion === "") await this.#list(signal);
        await this.#watch(signal);
        if (Date.now() - began >= SHORT_WATCH_MS) {
          this.#attempt = 0;
          continue;
        }
      } catch (error) {
        if (signal.aborted) return;
        if (Date.now() - began >= SHORT_WATCH_MS) this.#attempt = 0;
        if (this.#handled(error)) continue;
        this.#fail(error);
      }
      await pauseFor(this.#nextDelay(), signal);
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const first = this.#pods.size === 0;
    const listing = await listPods(this.#path(), signal, (pods) => {
      if (first) this.#set({ pods: [...pods.values()] });
    });
    this.#pods = listing.pods;
    this.#resourceVersion = listing.resourceVersion;
    this.#set({ phase: "live", problem: null, pods: [...this.#pods.values()], cut: listing.cut });
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const query = new URLSearchParams({
      watch: "1",
      allowWatchBookmarks: "true",
      resourceVersion: this.#resourceVersion,
      timeoutSeconds: String(WATCH_SECONDS),
    });
    const limit = AbortSignal.timeout(WATCH_SECONDS * 1_000 + WATCH_GRACE_MS);
    const response = await apiResponse(`${this.#path()}?${query}`, {
      signal: AbortSignal.any([signal, limit]),
    });
    this.#set({ phase: "live", problem: null });
    if (!response.body) return;
    for await (const lines of readLines(response.body)) {
      if (signal.aborted) return;
      for (const line of lines) if (line !== "") this.#apply(JSON.parse(line) as KubeWatchEvent);
      this.#publishSoon();
    }
  }

  #apply({ type, object }: KubeWatchEvent): void {
    if (type === "ERROR") {
      throw new ApiError(
        object?.code ?? 500,
        object?.message ?? "the cluster ended the watch",
        object?.reason ?? "",
      );
    }
    this.#attempt = 0;
    const version = object?.metadata?.resourceVersion;
    if (version) this.#resourceVersion = version;
    if (type === "BOOKMARK" || !object) return;
    if (type === "DELETED") {
      this.#pods.delete(podKey(object.metadata?.namespace ?? "", object.metadata?.name ?? ""));
      return;
    }
    const pod = readPod(object);
    if (pod) this.#pods.set(pod.key, pod);
  }

  /** True when there is another way to go on at once: an expired version, or a narrower namespace. */
  #handled(error: unknown): boolean {
    const status = error instanceof ApiError ? error.status : 0;
    if (status === HTTP_GONE && this.#resourceVersion !== "") {
      this.#resourceVersion = "";
      // A cluster that forgets each list at once is asked again only after a wait.
      return this.#attempt++ === 0;
    }
    if (status === 403 && this.#pods.size === 0 && this.#scope < this.options.namespaces.length - 1) {
      this.#scope += 1;
      this.#set({ namespace: this.options.namespaces[this.#scope] ?? null, narrowed: true });
      return true;
    }
    return false;
  }

  #fail(error: unknown): void {
    const problem = { status: error instanceof ApiError ? error.status : 0, message: errorWords(error) };
    if (this.#resourceVersion === "" && this.#pods.size === 0) this.#set({ phase: "failed", problem });
    else if (this.#state.phase === "stale") this.#set({ problem });
    else this.#set({ phase: "stale", problem, knownAt: Date.now() });
  }

  #nextDelay(): number {
    const status = this.#state.problem?.status;
    if (status === 401 || status === 403) return REFUSED_RETRY_MS;
    const step = Math.min(this.#attempt++, BACKOFF_MS.length - 1);
    return BACKOFF_MS[step] ?? REFUSED_RETRY_MS;
  }

  #path(): string {
    return podsPath(
      this.options.base ?? "",
      this.options.cluster,
      this.options.namespaces[this.#scope] ?? null,
    );
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

/** Ends early, without an error, when the signal fires. */
function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    if (signal.aborted) done();
    else signal.addEventListener("abort", done);
  });
}
