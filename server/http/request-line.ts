/** What is checked of every request before anything is routed (threats.md A3, A12). */
import type { IncomingMessage } from "node:http";
import type { Addresses, HostRole } from "#server/access/addresses.ts";
import { HttpError } from "./http-error.ts";

const MAX_URL_CHARS = 8 * 1024;
/** URL would resolve them before the name of the cluster is looked for, and so ask another cluster (A9). */
const DOTS_IN_CLUSTER = /^\/clusters\/[^?#]*?(?<=[/\\])(\.|%2e){1,2}([/\\?#]|$)/i;

/**
 * @throws HttpError 400 for an absolute-form target or a doubled Host, 421 for a Host that is not ours
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
  // A previewed app has its own limits; the header limit of the server holds for both.
  if (role.kind === "app" && target.length > MAX_URL_CHARS)
    throw new HttpError(400, "the URL is longer than 8 KiB");
  if (role.kind === "app" && DOTS_IN_CLUSTER.test(target))
    throw new HttpError(
      400,
      "a path below /clusters has no . or .. in it; write a slash in a cluster's name as %2F",
    );
  const url = URL.canParse(target, "http://porthole") ? new URL(target, "http://porthole") : null;
  if (!url) throw new HttpError(400, "the request target is not a valid path");
  return { url, role };
}
