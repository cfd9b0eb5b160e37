/** Where a preview link may lead: a path on the forward's own origin and nowhere else (threats.md A19). */
import { ForwardError } from "#server/forward/errors.ts";

const MAX_PATH_CHARS = 2_048;
/** Any origin does: only whether a path leaves it matters. */
const SOME_ORIGIN = "http://forward.invalid";

/**
 * `//evil.test` and `/\evil.test` are other hosts to a browser, and `/.//evil.test` becomes one when it is
 * normalised, so the normal form is checked too.
 */
export function isPreviewPath(path: unknown): path is string {
  if (typeof path !== "string" || path.length > MAX_PATH_CHARS) return false;
  // Browsers drop tabs and line ends from URLs, which would hide the second slash.
  if (!/^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(path)) return false;
  if (!URL.canParse(path, SOME_ORIGIN)) return false;
  const url = new URL(path, SOME_ORIGIN);
  return url.origin === SOME_ORIGIN && !url.pathname.startsWith("//");
}

/**
 * The link that signs a browser in. The code is in the fragment, which no server and no Referer sees (A18).
 * @param origin the forward's own origin, as ForwardInfo.url
 * @throws ForwardError INVALID
 */
export function previewLink(origin: string, code: string, path: unknown = "/"): string {
  if (!isPreviewPath(path)) {
    throw new ForwardError("INVALID", "the path of a preview begins with one slash and stays on its origin");
  }
  const link = new URL("/.porthole/enter", origin);
  link.hash = new URLSearchParams({ code, path }).toString();
  return link.href;
}
