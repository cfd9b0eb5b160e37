/**
 * What may follow a body. Fields that frame, route, sign in or steer a browser count before it alone (RFC 9110 section
 * 6.5.1), where they are looked at; behind it they would pass both ways unseen, and some receivers join the two (A6, A8).
 */
import { isClaim } from "./claimed-headers.ts";

const BEFORE_ALONE: ReadonlySet<string> = new Set(
  [
    "authorization proxy-authorization www-authenticate proxy-authenticate cookie cookie2 set-cookie set-cookie2",
    "connection keep-alive proxy-connection te trailer transfer-encoding upgrade content-length host expect",
    "content-encoding content-type content-range range cache-control pragma max-forwards location refresh origin referer",
    "clear-site-data alt-svc vary service-worker service-worker-allowed x-sendfile",
  ]
    .join(" ")
    .split(" "),
);

export function mayTrail(name: string): boolean {
  const key = name.toLowerCase();
  return !BEFORE_ALONE.has(key) && !key.startsWith("if-") && !key.startsWith("sec-") && !isClaim(key);
}
