/** Cookies on a forward's origin: ours and the pod's share the header, and the pod must never see or set ours. */

import { type Cookie, parseCookies } from "#server/access/cookies.ts";
import { isSignOnCookie } from "./sign-on-cookies.ts";

/** Every cookie Porthole sets, here and on the app's origin: porthole_preview, __Host-porthole, porthole_7654. */
const OWN_NAME = /^(__host-|__secure-)?porthole([_=]|$)/i;

/** What browsers keep of a name and its value (RFC 6265bis section 5.6), a character for each byte here. */
const MAX_COOKIE_BYTES = 4_096;
/** Of one answer. Browsers keep 180 of a site, and a request that brings them all is one that Porthole refuses. */
export const MAX_COOKIES_SET = 50;

/**
 * A Cookie header without Porthole's own, the others byte for byte; null when nothing is left (A6).
 * @param hosted a sign-on may stand in front of Porthole, whose cookies go as well
 */
export function withoutOwnCookies(header: string, hosted: boolean): string | null {
  const kept = parseCookies(header).filter((cookie) => !isForeign(cookie, hosted));
  return kept.length > 0 ? kept.map((cookie) => cookie.pair).join("; ") : null;
}

/**
 * A Set-Cookie value from the pod as it may reach the browser, or null when it must not.
 * Domain goes: the pod named its own idea of a host, and a wider one would reach siblings and the app (A8).
 */
export function rewriteSetCookie(value: string, hosted: boolean): string | null {
  const [pair = "", ...attributes] = value.split(";");
  if (pair.length > MAX_COOKIE_BYTES) return null;
  if (parseCookies(pair).some((cookie) => isForeign(cookie, hosted))) return null;
  const kept = attributes.filter((attribute) => !/^\s*domain\s*(=|$)/i.test(attribute));
  return [pair, ...kept].join(";");
}

/** Not the pod's. A cookie without a name can still say one: `=porthole_preview=x` becomes `porthole_preview=x`. */
function isForeign({ name, value }: Cookie, hosted: boolean): boolean {
  const said = name || (value.split("=", 1)[0] ?? "").trim();
  return OWN_NAME.test(name || value) || (hosted && isSignOnCookie(said));
}
