/** What is checked of every request before anything is routed (threats.md A3, A9, A12). */
import type { IncomingMessage } from "node:http";
import type { Addresses, HostRole } from "#server/access/addresses.ts";
import { pathProblem } from "./canonical-path.ts";
import { HttpError } from "./http-error.ts";

const BASE = "http://porthole";

/** Of everything but a stream's query, which is a command: the limit of the head is its limit. */
const MAX_URL_CHARS = 16 * 1024;
/** Printable ASCII. A # begins what a client keeps to itself, and some servers cut it off. */
const QUERY = /^[!-"$-~]*$/;
/** Of all headers, without the request line. */
const MAX_HEADER_CHARS = 16 * 1024;
/** Node keeps the first 2 000 and drops the others without a word, a second Host among them. */
const MAX_HEADER_LINES = 1_000;
/** What `kubectl exec` asks for: only the query is long. */
const STREAM_PATH = /^\/clusters\/[^?]+\/(exec|attach)\?/;

/** The path of a preview belongs to the program in the pod: it goes there as it came. */
export type CheckedLine =
  | { role: Extract<HostRole, { kind: "app" }>; url: URL }
  | { role: Extract<HostRole, { kind: "preview" }>; url: null };

/**
 * @throws HttpError 400 for a target that is no path in its normal form or a doubled Host, 414 and 431 for what is too long, 421 for a Host
 * that is not ours, 505 for another version
 */
export function checkRequestLine(request: IncomingMessage, addresses: Addresses): CheckedLine {
  const target = request.url ?? "";
  // The parser takes 0.9 and 2.0 as well, which proxies in front frame in another way.
  if (request.httpVersionMajor !== 1) throw new HttpError(505, "Porthole speaks HTTP/1.1 and 1.0");
  if (request.rawHeaders.length > 2 * MAX_HEADER_LINES)
    throw new HttpError(431, "there are more than 1 000 headers");
  // Absolute form (`GET http://169.254.169.254/`) is for proxies; Next's handler once proxied it (CVE-2026-44578).
  if (!target.startsWith("/")) throw new HttpError(400, "the request target must be a path");
  const hosts = request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host");
  if (hosts.length !== 1) throw new HttpError(400, "exactly one Host header is needed");
  const role = addresses.roleOf(request.headers.host);
  if (!role) throw new HttpError(421, "Porthole does not answer to this host name; see --public-url");
  if (headerChars(request, role, addresses.loopback) > MAX_HEADER_CHARS)
    throw new HttpError(431, "the headers are larger than 16 KiB");
  checkLength(target, role);
  if (role.kind === "preview") return { url: null, role };
  return { url: canonicalUrl(target), role };
}

/** @throws HttpError 400 for what a proxy in front could read as another path */
function canonicalUrl(target: string): URL {
  const [path = "", ...query] = target.split("?");
  const problem = pathProblem(path);
  if (problem) throw new HttpError(400, `the path is not written in its normal form: ${problem}`);
  const url = QUERY.test(query.join("?")) && URL.canParse(target, BASE) ? new URL(target, BASE) : null;
  // Whatever pathProblem() does not think of: the path that is routed is the one that came.
  if (url?.pathname !== path) throw new HttpError(400, "the request target is not a valid path");
  return url;
}

/** On loopback no cookie of the app's is read, so a neighbour on another port may plant as many as it likes (A8). */
function headerChars(
  { rawHeaders, headers }: IncomingMessage,
  { kind }: HostRole,
  loopback: boolean,
): number {
  const all = rawHeaders.reduce((sum, text) => sum + text.length, 0);
  return kind === "app" && loopback ? all - (headers.cookie?.length ?? 0) : all;
}

function checkLength(target: string, { kind }: HostRole): void {
  const stream = kind === "app" ? STREAM_PATH.exec(target) : null;
  const length = stream ? stream[0].length : target.length;
  // A previewed app has its own limits.
  const limit = kind === "app" ? MAX_URL_CHARS : MAX_HEADER_CHARS;
  if (length > limit) throw new HttpError(414, `the URL is longer than ${limit / 1024} KiB`);
}
