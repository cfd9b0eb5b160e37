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
