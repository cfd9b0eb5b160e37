/** Cookies on a forward's origin: ours and the pod's share the header, and the pod must never see or set ours. */

import { type Cookie, parseCookies } from "#server/access/cookies.ts";

/** Every cookie Porthole sets, here and on the app's origin: porthole_preview, __Host-porthole, porthole_7654. */
const OWN_NAME = /^(__host-|__secure-)?porthole([_=]|$)/i;

/** A Cookie header without Porthole's own, the others byte for byte; null when nothing is left (A6). */
export function withoutOwnCookies(header: string): string | null {
  const kept = parseCookies(header).filter((cookie) => !isOwn(cookie));
  return kept.length > 0 ? kept.map((cookie) => cookie.pair).join("; ") : null;
}

/**
 * A Set-Cookie value from the pod as it may reach the browser, or null when it must not.
 * Domain goes: the pod named its own idea of a host, and a wider one would reach siblings and the app (A8).
 */
export function rewriteSetCookie(value: string): string | null {
  const [pair = "", ...attributes] = value.split(";");
  if (parseCookies(pair).some(isOwn)) return null;
  const kept = attributes.filter((attribute) => !/^\s*domain\s*(=|$)/i.test(attribute));
  return [pair, ...kept].join(";");
}

/** A cookie without a name is sent as its bare value, so `=porthole_preview=x` comes back looking like ours. */
function isOwn({ name, value }: Cookie): boolean {
  return OWN_NAME.test(name === "" ? value : name);
}
