/** Work that its caller can give up, and work that takes too long. */
import { KubeError } from "../errors.ts";

/**
 * Waits for work until the signal says stop. It stops the waiting, not the work: what a credential plugin brings is
 * kept for the next request.
 */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await work;
  let abort: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new KubeError("CANCELED", "The request was given up."));
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/**
 * Does work under a signal that fires with the caller's, or when the time is over.
 * @param late for the KubeError TIMEOUT that it then rejects with
 */
export async function withinLimit<T>(
  limitMs: number,
  signal: AbortSignal | undefined,
  late: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    abort();
  }, limitMs);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  try {
    return await work(stop.signal);
  } catch (error) {
    throw over && !signal?.aborted ? new KubeError("TIMEOUT", late, { cause: error }) : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
