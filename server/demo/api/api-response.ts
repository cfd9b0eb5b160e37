/** How answers and refusals leave the demo API server: on a response, or on the raw socket of an upgrade. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { ApiError } from "./api-error.ts";
import { badRequest } from "./api-error.ts";

/** A review is a few hundred bytes. */
const MAX_BODY_BYTES = 64 * 1024;
/** Time for the peer to read a refusal and hang up: a reset would throw the text away. */
const REFUSAL_LINGER_MS = 2_000;

export function sendJson(response: ServerResponse, httpStatus: number, value: unknown): void {
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  response.writeHead(httpStatus, {
    "content-type": "application/json",
    "content-length": body.byteLength,
    "cache-control": "no-cache, private",
  });
  response.end(body);
}

export function sendText(response: ServerResponse, text: string): void {
  const body = Buffer.from(text);
  response.writeHead(200, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": body.byteLength,
  });
  response.end(body);
}

export function sendError(response: ServerResponse, error: ApiError): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, error.httpStatus, error.toStatus());
}

/** A refused upgrade with a Status that kubectl can show. */
export function refuseUpgrade(socket: Duplex, error: ApiError): void {
  refuseUpgradeWith(socket, error.httpStatus, `${JSON.stringify(error.toStatus())}\n`, {
    "Content-Type": "application/json",
  });
}

/** @param body empty: neither a body nor a Content-Length, as x/net's server answers a failed negotiation */
export function refuseUpgradeWith(
  socket: Duplex,
  httpStatus: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  const lines = [`HTTP/1.1 ${httpStatus} ${STATUS_CODES[httpStatus] ?? ""}`, "Connection: close"];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body !== "") lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
  socket.resume();
  setTimeout(() => socket.destroy(), REFUSAL_LINGER_MS).unref();
}

/** @throws ApiError 400 when it is larger than anything this server takes */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).byteLength;
    if (bytes > MAX_BODY_BYTES) throw badRequest("the request body is too large");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** @throws ApiError 400 */
export function parseJsonObject(body: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw badRequest("the request body is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest("the request body is not a JSON object");
  }
  return value as Record<string, unknown>;
}
