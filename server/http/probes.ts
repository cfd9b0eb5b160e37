/**
 * Liveness and readiness, for kubelets and balancers: they ask by the pod's IP, and may ask with HEAD. For these two
 * paths alone an IP is as good a Host as our own names: no page can have one rebound to it (threats.md A3, C6).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { isIP } from "node:net";
import type { Addresses } from "#server/access/addresses.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

const TEXT = {
  ...SECURITY_HEADERS,
  "Content-Type": "text/plain; charset=utf-8",
  "Cache-Control": "no-store",
};

export function isProbe(request: IncomingMessage): boolean {
  const { method } = request;
  const path = pathOf(request);
  return (method === "GET" || method === "HEAD") && (path === "/healthz" || path === "/readyz");
}

/** kubelets' probes may have a query, `?verbose`. */
function pathOf({ url }: IncomingMessage): string {
  return (url ?? "").split("?", 1)[0]!;
}

/** The Host is no name of ours, but an address and a port, or HTTP/1.0 names none. */
export function comesByAddress({ headers, rawHeaders }: IncomingMessage, addresses: Addresses): boolean {
  const { host } = headers;
  if (host === undefined) return true;
  const lines = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host");
  if (lines.length !== 1 || addresses.roleOf(host)) return false;
  const [, v6, v4] = /^(?:\[(.+)\]|([\d.]+)):\d{1,5}$/.exec(host) ?? [];
  return isIP(v6 ?? v4 ?? "") === (v6 ? 6 : 4);
}

/** Ready means: send requests here. A server that stops serves on for a while, so that this is seen. */
export function answerProbe(request: IncomingMessage, response: ServerResponse, stopping: boolean): void {
  const ready = pathOf(request) === "/healthz" || !stopping;
  const words = ready ? "ok\n" : "Porthole is stopping: send nothing more here\n";
  response.writeHead(ready ? 200 : 503, { ...TEXT, "Content-Length": Buffer.byteLength(words) });
  response.end(words);
}
