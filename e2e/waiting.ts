/** Waiting that ends: with a limit, with a signal, or on purpose. */
import { setTimeout as delay } from "node:timers/promises";

const WAIT_LIMIT_MS = 60_000;

/** Fails in words instead of waiting forever. */
export async function limited<T>(promise: Promise<T>, what: string, limitMs = WAIT_LIMIT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${limitMs / 1000} s in vain for ${what}`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Rejects when the signal says so, and never resolves: for Promise.race. */
export function aborted(signal: AbortSignal | undefined): Promise<never> {
  const promise = new Promise<never>((_resolve, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  // Nobody may be waiting when it comes.
  promise.catch(() => {});
  return promise;
}

export interface Reader {
  pause(): void;
  resume(): void;
}

/** Does not read for a while. Time itself is what is tried: nothing happens that could be waited for. */
export async function stopReading(reader: Reader, ms: number): Promise<void> {
  reader.pause();
  await delay(ms);
  reader.resume();
}
