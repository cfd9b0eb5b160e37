/**
 * How a request's body is delimited on the way to the pod: from what our parser found, never copied. Two hops
 * that read a length differently are request smuggling (threats.md A12).
 */
import type { IncomingMessage } from "node:http";

export type Framing =
  | { kind: "none"; headers: string[] }
  | { kind: "length"; headers: string[] }
  | { kind: "chunked"; headers: string[] }
  /** An encoding we would have to decode to know where the body ends. */
  | { kind: "unsupported" };

const METHODS_WITH_BODY = new Set(["POST", "PUT", "PATCH"]);

export function requestFraming(request: IncomingMessage): Framing {
  const encoding = request.headers["transfer-encoding"];
  const length = request.headers["content-length"];
  if (encoding !== undefined) {
    if (encoding.trim().toLowerCase() !== "chunked" || length !== undefined) return { kind: "unsupported" };
    const trailer = request.headers.trailer;
    const headers = ["Transfer-Encoding", "chunked"];
    return { kind: "chunked", headers: trailer ? [...headers, "Trailer", trailer] : headers };
  }
  if (length !== undefined) {
    if (!/^\d+$/.test(length)) return { kind: "unsupported" };
    const kind = Number(length) === 0 ? "none" : "length";
    return { kind, headers: ["Content-Length", length] };
  }
  // Said, not left out: without it Node would send an empty chunked body, which some servers dislike.
  const headers = METHODS_WITH_BODY.has(request.method ?? "") ? ["Content-Length", "0"] : [];
  return { kind: "none", headers };
}
