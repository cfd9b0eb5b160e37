/** What of a pod's response headers a browser may see: the reverse of request-headers.ts. */
import { type IncomingMessage, STATUS_CODES } from "node:http";
import { MAX_COOKIES_SET, rewriteSetCookie } from "./cookie-rewrite.ts";
import { hopByHopNames } from "./hop-headers.ts";

export interface ResponseRewrite {
  ownOrigin: string;
  podOrigin: string;
  /** The ports under which the pod may speak of itself: the one asked for and the one it maps to. */
  podPorts: readonly number[];
  /** The answer came in chunks: a length beside them is wrong, and must not be the one that is believed. */
  chunked: boolean;
  /** It goes out in chunks as well, so fields may follow it. */
  trailers: boolean;
  /** As RequestRewrite.hosted. */
  hosted: boolean;
}

/** An absolute or scheme-relative URL on this machine, as a program in a pod sees itself. */
const SELF_URL =
  /^(?<scheme>https?:)?\/\/(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)(?::(?<port>\d{1,5}))?(?=[/?#]|$)/i;

/**
 * Clear-Site-Data by the origin it reaches: storage and caches are the forward's own. "cookies" clears the whole
 * registrable domain, our login and every sibling's with it, so it does not pass.
 */
const CLEARABLE = ['"cache"', '"storage"', '"executionContexts"', '"prefetchCache"', '"prerenderCache"'];

/** The pod's words beside its status; ours in place of control characters, which no server may send. */
export function reasonPhrase({ statusCode, statusMessage = "" }: IncomingMessage): string {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(statusMessage)
    ? statusMessage
    : (STATUS_CODES[statusCode ?? 0] ?? "");
}

/** The raw header list for the browser. Service-Worker-Allowed passes: each forward is an origin of its own. */
export function browserResponseHeaders(raw: readonly string[], rewrite: ResponseRewrite): string[] {
  const dropped = hopByHopNames(raw);
  const headers: string[] = [];
  let cookies = 0;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] as string;
    const value = raw[index + 1] as string;
    const key = name.toLowerCase();
    if (dropped.has(key) || (rewrite.chunked && key === "content-length")) continue;
    if (key === "set-cookie" && ++cookies > MAX_COOKIES_SET) continue;
    const kept = rewriteValue(key, value, rewrite);
    if (kept !== null) headers.push(name, kept);
  }
  return headers;
}

function rewriteValue(key: string, value: string, rewrite: ResponseRewrite): string | null {
  switch (key) {
    case "set-cookie":
      return rewriteSetCookie(value, rewrite.hosted);
    case "location":
    case "content-location":
      return rewriteUrl(value, rewrite);
    case "refresh":
      return value.replace(/(url\s*=\s*['"]?)(.*)$/i, (_all, before: string, url: string) => {
        return before + rewriteUrl(url, rewrite);
      });
    case "access-control-allow-origin":
      return value === rewrite.podOrigin ? rewrite.ownOrigin : value;
    case "clear-site-data":
      return clearable(value);
    case "trailer":
      return rewrite.trailers ? value : null;
    // Speaks for our host and port, not for the pod's.
    case "alt-svc":
    // Orders to a proxy in front of Porthole: nginx would fetch what X-Accel-Redirect names.
    case "x-sendfile":
      return null;
    default:
      return key.startsWith("x-accel-") ? null : value;
  }
}

/** The pod's own address becomes the forward's; every other URL stays as it is. */
function rewriteUrl(url: string, rewrite: Pick<ResponseRewrite, "ownOrigin" | "podPorts">): string {
  const match = SELF_URL.exec(url);
  if (!match) return url;
  const { scheme, port } = match.groups ?? {};
  const implied = scheme?.toLowerCase() === "https:" ? 443 : 80;
  if (!rewrite.podPorts.includes(port ? Number(port) : implied)) return url;
  return rewrite.ownOrigin + url.slice(match[0].length);
}

function clearable(value: string): string | null {
  const asked = value.split(",").map((directive) => directive.trim());
  const kept = asked.includes('"*"')
    ? CLEARABLE.slice(0, 3)
    : asked.filter((name) => CLEARABLE.includes(name));
  return kept.length > 0 ? kept.join(", ") : null;
}
