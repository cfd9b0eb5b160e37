/**
 * Whether a path of the app is spelled in the one way that everybody reads alike (threats.md A12). A proxy in front
 * allows and denies by path: what it sees as one path and Porthole as another goes past its rules. So nothing is
 * normalised here. What is not its own normal form (RFC 3986 section 6.2.2, the URL standard, and what servers make of
 * `;`, `\` and a second decoding) is refused.
 */

import { decodeSegment } from "./path-segments.ts";

const SEGMENT = /^(?:[\w.~!$&'()*+,;=:@-]|%[0-9A-F]{2})*$/;
/** Letters, digits and -._~ are the same with and without encoding. */
const NEEDLESS = /%(?:3[0-9]|[46][1-9A-F]|[57][0-9A]|2[DE]|5F|7E)/;
const CONTROL = /%(?:[01][0-9A-F]|7F)/;
const SEPARATOR = /%(?:2F|5C)/;
/** Decoded once more by somebody it would be another text. */
const TWICE = /%25[0-9A-Fa-f]{2}/;
const ASCII_CODE = /%[0-7][0-9a-f]/gi;
const DOTS = /^\.{1,2}$/;
/** More decodings than any chain of proxies does. */
const MAX_DECODINGS = 4;

/** @returns what is wrong with it, in words; null for a path in its normal form */
export function pathProblem(path: string): string | null {
  if (!path.startsWith("/")) return "it does not begin with a slash";
  const segments = path.slice(1).split("/");
  if (segments.some((segment, index) => segment === "" && index < segments.length - 1))
    return "it has two slashes in a row";
  if (!segments.every((segment) => SEGMENT.test(segment)))
    return "it has characters that are written percent-encoded, as %5C, with upper-case digits";
  if (NEEDLESS.test(path)) return "it has percent-encoded letters, digits or one of -._~";
  if (path.includes("%00")) return "it has a %00";
  if (segments.some(leadsElsewhere)) return "it has a . or .. as a segment, or is no UTF-8";
  const name = clusterSegment(segments);
  const others = segments.filter((_, index) => index !== name);
  // A context may be called anything: its name alone may have these.
  if (others.some((segment) => SEPARATOR.test(segment)))
    return "it has a %2F or %5C outside of a cluster's name";
  if (others.some((segment) => CONTROL.test(segment) || TWICE.test(segment)))
    return "it has a control character, or was encoded twice";
  return null;
}

/** Which segment names a context: /clusters/{cluster}/... and /api/clusters/{cluster}/... */
function clusterSegment([first, second]: string[]): number {
  if (first === "clusters") return 1;
  return first === "api" && second === "clusters" ? 2 : -1;
}

/** Whether anybody who decodes, once or more often, and splits at what may split, finds a dot segment. */
function leadsElsewhere(segment: string): boolean {
  const decoded = decodeSegment(segment);
  if (decoded === null) return true;
  let text = decoded;
  for (let decodings = 1; decodings <= MAX_DECODINGS; decodings += 1) {
    if (text.split(/[/\\]/).some((part) => DOTS.test(part.split(";", 1)[0]!))) return true;
    // As the most lenient do: what is no code stays.
    const next: string = text.replace(ASCII_CODE, (code) =>
      String.fromCharCode(Number.parseInt(code.slice(1), 16)),
    );
    if (next === text) return false;
    text = next;
  }
  return true;
}
