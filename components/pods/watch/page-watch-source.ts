/** A watch of the page: its requests are fetch, through our own server. */
import { ApiError, apiResponse, errorWords } from "#components/ui/api-client.ts";
import { bodyPieces } from "#components/ui/body-pieces.ts";
import type { KubeObject } from "#protocol/kube-object.ts";
import type { WatchSource } from "#protocol/object-watch.ts";
import { retryAfterMs } from "#protocol/retry-after.ts";
import { WatchError } from "#protocol/watch-event.ts";
import { ANSWER_MS, readList } from "./page-list.ts";
import { pauseFor } from "./pause-for.ts";

/** @param path asked for anew with each request, since what is watched may be narrowed */
export function pageWatchSource<T extends KubeObject>(
  path: () => string,
  signal: AbortSignal,
  answerMs = ANSWER_MS,
): WatchSource<T> {
  return {
    get stopped() {
      return signal.aborted;
    },
    async list(query) {
      return await readList<T>(`${path()}?${new URLSearchParams(query)}`, signal, answerMs).catch(refused);
    },
    async watch(query, limitMs) {
      const head = new AbortController();
      const timer = setTimeout(() => head.abort(), answerMs);
      const limited = AbortSignal.any([signal, head.signal, AbortSignal.timeout(limitMs)]);
      try {
        const answer = apiResponse(`${path()}?${new URLSearchParams(query)}`, { signal: limited });
        const { body } = await answer.catch(refused);
        return body ? piecesOf(body) : nothing();
      } finally {
        clearTimeout(timer);
      }
    },
    sleep: (ms) => pauseFor(ms, signal),
    now: Date.now,
    random: Math.random,
  };
}

/** Porthole itself, or the way to it: nothing is known of the cluster then. */
export function isPortholeMissing({ cause }: WatchError): boolean {
  return cause instanceof ApiError && cause.reason === "Unreachable";
}

async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* bodyPieces(body);
  } catch (cause) {
    throw new WatchError(0, "The connection that tells of changes broke off.", { cause });
  }
}

function refused(cause: unknown): never {
  const known = cause instanceof ApiError ? cause : null;
  const late = cause instanceof Error && cause.name === "AbortError";
  throw new WatchError(
    known?.status ?? 0,
    late ? "The API server does not begin to tell of changes." : errorWords(cause),
    {
      cause,
      retryAfterMs: retryAfterMs(known?.retryAfter, Date.now()),
    },
  );
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}
