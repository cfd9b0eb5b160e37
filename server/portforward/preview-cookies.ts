/** Cookies on a forward's origin: ours and the pod's share the header, and the pod must never see or set ours. */

/** Every cookie Porthole sets, here and on the app's origin: porthole_preview, __Host-porthole, porthole_7654. */
const OWN_NAME = /^(__host-|__secure-)?porthole([_=]|$)/i;

interface Cookie {
  name: string;
  value: string;
  /** As it was sent. */
  pair: string;
}

function parseCookies(header: string): Cookie[] {
  return header
    .split(";")
    .map((part) => part.trim())
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 0) return { name: "", value: pair, pair };
      return { name: pair.slice(0, equals).trim(), value: pair.slice(equals + 1).trim(), pair };
    });
}

/**
 * The value of one cookie. Null when it is absent, and when it is there twice: a page can plant a second one
 * with another Path or from a sibling's Domain, and which of the two is ours nobody can tell (threats.md A8).
 */
export function singleCookie(header: string | undefined, name: string): string | null {
  const matches = parseCookies(header ?? "").filter((cookie) => cookie.name === name);
  return matches.length === 1 ? (matches[0]?.value ?? null) : null;
}

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
