/** What of a browser's request headers a pod may see, and under which host it sees them. */

import { isClaim } from "./claimed-headers.ts";
import { withoutOwnCookies } from "./cookie-rewrite.ts";
import { hopByHopNames } from "./hop-headers.ts";

export interface RequestRewrite {
  /** The forward's origin as the browser knows it, for example http://p-abc.localhost:7654. */
  ownOrigin: string;
  /** What the pod believes it is, http://localhost:8080, and its host part. */
  podOrigin: string;
  podHost: string;
  appOrigin: string;
  /** Whether an Authorization value is Porthole's launch token and not the program's own. */
  isOwnCredential: (value: string) => boolean;
  /** Others than the person of this machine reach Porthole: a sign-on may stand in front of it. */
  hosted: boolean;
}

/** Set anew by whoever sends the request: the framing from what the parser found, the host from the rewrite. */
const SET_ANEW = new Set(["host", "content-length", "trailer"]);

/** The raw header list for the pod: Host first, then the rest in the browser's order and spelling. */
export function podRequestHeaders(raw: readonly string[], rewrite: RequestRewrite): string[] {
  const dropped = hopByHopNames(raw);
  const headers = ["Host", rewrite.podHost];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] as string;
    const value = raw[index + 1] as string;
    const key = name.toLowerCase();
    // Ours to promise, as we pass trailers on; the browser's own TE ends at this hop.
    if (key === "te" && /(^|,)\s*trailers\s*(,|;|$)/i.test(value)) headers.push("TE", "trailers");
    if (dropped.has(key) || SET_ANEW.has(key) || isClaim(key)) continue;
    const kept = rewriteValue(key, value, rewrite);
    if (kept !== null) headers.push(name, kept);
  }
  return headers;
}

/** Host, Origin and Referer change together: frameworks compare them to tell their own forms from others'. */
function rewriteValue(key: string, value: string, rewrite: RequestRewrite): string | null {
  const { ownOrigin, podOrigin, appOrigin, isOwnCredential } = rewrite;
  switch (key) {
    case "cookie":
      return withoutOwnCookies(value, rewrite.hosted);
    case "authorization":
      return isOwnCredential(value) ? null : value;
    case "origin":
      return value === ownOrigin ? podOrigin : value;
    case "referer":
      if (isUnder(value, ownOrigin)) return podOrigin + value.slice(ownOrigin.length);
      // The app's pages have cluster and pod names in their addresses.
      return isUnder(value, appOrigin) ? null : value;
    default:
      return value;
  }
}

function isUnder(url: string, origin: string): boolean {
  return url === origin || url.startsWith(`${origin}/`);
}
