/**
 * Whose page caused a request on a forward's origin. SameSite does not tell siblings under one domain apart, so a page
 * of forward A that names a URL of forward B makes the browser send B's cookie (threats.md A8): as script, image, frame,
 * form, beacon, socket or prefetch. What does not come from the forward's own pages is refused, but for a person who
 * goes there: a whole tab, by GET.
 */
import type { IncomingMessage } from "node:http";

/**
 * own: the forward's own page, a person, or a program that is no browser.
 * foreign: a page of another origin, or nobody who says so.
 * unproven: a browser that tells nothing of it, from before 2023.
 */
export type Origin = "own" | "foreign" | "unproven";

/** Methods that change nothing by themselves (RFC 9110 section 9.2.1). */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

export function originOf(request: IncomingMessage, ownOrigin: string): Origin {
  const { headers, method = "" } = request;
  const site = headers["sec-fetch-site"];
  // Goes first: a page with a no-referrer policy sends `Origin: null` to its own origin.
  if (site !== undefined) {
    if (site === "same-origin" || site === "none") return "own";
    // A link from a chat, a redirect from a sign-on. An answer that is fetched ahead is nobody's going there.
    return isVisit(request) && !isFetchedAhead(request) ? "own" : "foreign";
  }
  const { origin, referer } = headers;
  if (origin !== undefined) return origin === ownOrigin ? "own" : "foreign";
  if (referer !== undefined && isUnder(referer, ownOrigin)) return "own";
  // A browser names the worker's own origin alone by it: others would have to ask first (CORS).
  if (headers["service-worker"] !== undefined) return "own";
  // A program that is no browser has no cookie but the one it was given.
  if (!isBrowser(headers["user-agent"])) return referer === undefined ? "own" : "foreign";
  return SAFE_METHODS.has(method) ? "unproven" : "foreign";
}

/** WebSockets know no CORS, and every browser sends their Origin (A1). */
export function isOwnUpgrade({ headers }: IncomingMessage, ownOrigin: string): boolean {
  const site = headers["sec-fetch-site"];
  return headers.origin === ownOrigin && (site === undefined || site === "same-origin");
}

/** A whole tab, by GET. Frames are none: the cookie is Lax, so that of another site shows nothing anyway. */
export function isVisit({ headers, method }: IncomingMessage): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  // "empty" is a whole tab too, that a worker of the forward's own fetches: frames are kept from it (worker-guard.ts).
  const dest = headers["sec-fetch-dest"];
  return headers["sec-fetch-mode"] === "navigate" && (dest === "document" || dest === "empty");
}

/** A browser that fetches or runs a page before anybody asked for it. */
export function isFetchedAhead({ headers }: IncomingMessage): boolean {
  return /\b(prefetch|prerender|preview)\b/i.test(`${headers["sec-purpose"]} ${headers.purpose}`);
}

/** Every browser's name begins like this, and a page cannot change it for what needs no CORS. */
function isBrowser(userAgent: string | undefined): boolean {
  return userAgent?.startsWith("Mozilla/") ?? false;
}

function isUnder(url: string, origin: string): boolean {
  return url === origin || url.startsWith(`${origin}/`);
}
