/** A watch of the server: its requests go to the API server as one identity sees it. */
import { setTimeout as delay } from "node:timers/promises";
import type { KubeObject } from "#protocol/kube-object.ts";
import type { WatchSource } from "#protocol/object-watch.ts";
import { retryAfterMs } from "#protocol/retry-after.ts";
import { WatchError } from "#protocol/watch-event.ts";
import { KubeError } from "../errors.ts";
import type { Cluster } from "../types.ts";
import { guardedLines } from "./guarded-lines.ts";
import { listPage } from "./list-page.ts";

/** API servers send the head of a watch at once, whatever there is to tell. */
const WATCH_HEAD_TIMEOUT_MS = 30_000;
const HTTP_OK = 200;

export type WatchingCluster = Pick<Cluster, "request" | "json" | "refusal">;

/**
 * @param path of the collection, built from checked names
 * @param selection a labelSelector or a fieldSelector
 */
export function clusterWatchSource<T extends KubeObject>(
  cluster: WatchingCluster,
  path: string,
  selection: Record<string, string>,
  signal: AbortSignal,
): WatchSource<T> {
  const at = (query: Record<string, string>) => `${path}?${new URLSearchParams({ ...selection, ...query })}`;
  return {
    get stopped() {
      return signal.aborted;
    },
    async list(query) {
      return await listPage<T>(cluster, path, { ...selection, ...query }, signal).catch(refused);
    },
    async watch(query, limitMs) {
      const head = new AbortController();
      const timer = setTimeout(() => head.abort(), WATCH_HEAD_TIMEOUT_MS);
      const limited = AbortSignal.any([signal, head.signal, AbortSignal.timeout(limitMs)]);
      const headers = { Accept: "application/json" };
      try {
        const answer = await cluster.request({ method: "GET", path: at(query), headers, signal: limited });
        if (answer.statusCode !== HTTP_OK) throw await cluster.refusal(answer);
        return guardedLines(answer);
      } catch (cause) {
        return refused(cause);
      } finally {
        clearTimeout(timer);
      }
    },
    sleep: (ms) => delay(ms, undefined, { signal, ref: false }).catch(() => {}),
    now: Date.now,
    random: Math.random,
  };
}

function refused(cause: unknown): never {
  const known = cause instanceof KubeError ? cause : null;
  throw new WatchError(known?.httpStatus ?? 0, cause instanceof Error ? cause.message : String(cause), {
    cause,
    retryAfterMs: retryAfterMs(known?.answer?.headers["retry-after"], Date.now()),
  });
}
