/** What is checked of every request before anything is routed (threats.md A3, A12). */
import type { IncomingMessage } from "node:http";
import type { Addresses, HostRole } from "#server/access/addresses.ts";
import { HttpError } from "./http-error.ts";

/** Of everything but a stream's query, which is a command: the limit of the head is its limit. */
const MAX_URL_CHARS = 8 * 1024;
/** URL would resolve them before the name of the cluster is looked for, and so ask another cluster (A9). */
const DOTS_IN_CLUSTER = /^\/clusters\/[^?#]*?(?<=[/\\])(\.|%2e){1,2}([/\\?#]|$)/i;
/** Of all headers, without the request line. */
const MAX_HEADER_CHARS = 16 * 1024;
/** What `kubectl exec` asks for: only the query is long. */
const STREAM_PATH = /^\/clusters\/[^?]+\/(exec|attach)\?/;

/**
 * @throws HttpError 400 for an absolute-form target or a doubled Host, 414 and 431 for what is too long, 421 for a Host
 * that is not ours
 */
export function checkRequestLine(
  request: IncomingMessage,
  addresses: Addresses,
): { url: URL; role: HostRole } {
  const target = request.url ?? "";
  // Absolute form (`GET http://169.254.169.254/`) is for proxies; Next's handler once proxied it (CVE-2026-44578).
  if (!target.startsWith("/") || target.startsWith("//"))
    throw new HttpError(400, "the request target must be a path");
  const hosts = request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host");
  if (hosts.length !== 1) throw new HttpError(400, "exactly one Host header is needed");
  const role = addresses.roleOf(request.headers.host);
  if (!role) throw new HttpError(421, "Porthole does not answer to this host name; see --public-url");
  const headers = request.rawHeaders.reduce((sum, text) => sum + text.length, 0);
  if (headers > MAX_HEADER_CHARS) throw new HttpError(431, "the headers are larger than 16 KiB");
  checkLength(target, role);
  if (role.kind === "app" && DOTS_IN_CLUSTER.test(target))
    throw new HttpError(
      400,
      "a path below /clusters has no . or .. in it; write a slash in a cluster's name as %2F",
    );
  const url = URL.canParse(target, "http://porthole") ? new URL(target, "http://porthole") : null;
  if (!url) throw new HttpError(400, "the request target is not a valid path");
  return { url, role };
}

function checkLength(target: string, { kind }: HostRole): void {
  const stream = kind === "app" ? STREAM_PATH.exec(target) : null;
  const length = stream ? stream[0].length : target.length;
  // A previewed app has its own limits.
  const limit = kind === "app" ? MAX_URL_CHARS : MAX_HEADER_CHARS;
  if (length > limit) throw new HttpError(414, `the URL is longer than ${limit / 1024} KiB`);
}
