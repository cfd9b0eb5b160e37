/** What is asked for goes on for as long as there is somebody to answer: until the client is gone or the sign-in over. */
import type { StreamEnd } from "#protocol/stream-end.ts";
import { accessErrorOf } from "./access-error.ts";
import type { Caller } from "./caller.ts";

/**
 * @param gone fires when the client is
 * @param work is given a signal that fires with either, and rejects then
 * @throws AccessError UNAUTHENTICATED when work failed and the sign-in is over, whatever it failed with
 */
export async function whileSignedIn<T>(
  { signal }: Caller,
  gone: AbortSignal | undefined,
  work: (wanted: AbortSignal) => Promise<T> | T,
): Promise<T> {
  // AbortSignal.any would be kept by the sign-in's signal for hours.
  const over = new AbortController();
  const stop = () => over.abort();
  const sources = gone ? [signal, gone] : [signal];
  for (const source of sources) source.addEventListener("abort", stop, { once: true });
  if (sources.some(({ aborted }) => aborted)) stop();
  try {
    return await work(over.signal);
  } catch (error) {
    throw signal.aborted ? accessErrorOf(signal.reason as StreamEnd) : error;
  } finally {
    for (const source of sources) source.removeEventListener("abort", stop);
  }
}
