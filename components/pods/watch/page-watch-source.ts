/** A watch of the page: its requests are fetch, through our own server. */
import { ApiError, apiFetch, apiResponse, errorWords } from "#components/ui/api-client.ts";
import { bodyPieces } from "#components/ui/body-pieces.ts";
import type { KubeList, KubeObject } from "#protocol/kube-object.ts";
import type { WatchSource } from "#protocol/object-watch.ts";
import { WatchError } from "#protocol/watch-event.ts";
import { pauseFor } from "./pause-for.ts";

/** @param path asked for anew with each request, since what is watched may be narrowed */
export function pageWatchSource<T extends KubeObject>(
  path: () => string,
  signal: AbortSignal,
): WatchSource<T> {
  return {
    get stopped() {
      return signal.aborted;
    },
    async list(query) {
      const answer = apiFetch(`${path()}?${new URLSearchParams(query)}`, { signal });
      return (await answer.catch(refused)) as KubeList<T>;
    },
    async watch(query, limitMs) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
      const answer = apiResponse(`${path()}?${new URLSearchParams(query)}`, { signal: limited });
      const { body } = await answer.catch(refused);
      return body ? bodyPieces(body) : nothing();
    },
    sleep: (ms) => pauseFor(ms, signal),
    now: Date.now,
    random: Math.random,
  };
}

function refused(cause: unknown): never {
  throw new WatchError(cause instanceof ApiError ? cause.status : 0, errorWords(cause), { cause });
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}
