/** Retry-After (RFC 9110 section 10.2.3): when a busy server wants to be asked again. */

/** Nobody waits longer because a header says so. */
export const MAX_RETRY_AFTER_MS = 5 * 60_000;

/**
 * Milliseconds from now; 0 for a header that is missing or says nothing.
 * @param header seconds, as API servers send them, or a date, as balancers may
 */
export function retryAfterMs(header: string | null | undefined, now: number): number {
  const text = header?.trim() ?? "";
  const at = Date.parse(text);
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : at - now;
  return Number.isFinite(ms) ? Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms)) : 0;
}
