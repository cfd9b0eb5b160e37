/**
 * An error as an HTTP answer of the API: Kubernetes Status JSON with a message a person can act on. The codes are in
 * outcome/error-table.ts; ends of streams become close codes in protocol/close-code.ts.
 */
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { failureStatus, type Status } from "#protocol/status.ts";
import { AccessError } from "#server/access/access-error.ts";
import { ForwardError } from "#server/forward/errors.ts";
import { KubeError } from "#server/kube/errors.ts";
import { type Logger, redact } from "#server/log.ts";
import {
  ACCESS_HTTP,
  FORWARD_HTTP,
  KUBE_HTTP,
  RETRY_AFTER_S,
  SESSION_HTTP,
  STREAM_HTTP,
} from "#server/outcome/error-table.ts";
import { SessionError } from "#server/session/session-registry.ts";
import { StreamError, UpgradeError } from "#server/stream/errors.ts";
import { HttpError, REASONS } from "./http-error.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

export interface Refusal {
  code: number;
  status: Status;
  headers: Record<string, string>;
}

/** Any error as an answer. What is not one of ours is a 500 without detail; the log has it. */
export function refusalOf(error: unknown, log?: Logger): Refusal {
  const refuse = (code: number, message: string, headers = {}, status?: Status | null): Refusal => ({
    code,
    headers,
    status: withoutSecrets(
      status?.kind === "Status" ? status : failureStatus(code, REASONS[code] ?? "InternalError", message),
    ),
  });
  if (error instanceof HttpError) {
    const status = failureStatus(error.httpStatus, error.code, error.message);
    return refuse(error.httpStatus, error.message, error.headers, status);
  }
  if (error instanceof AccessError) {
    const { code, message, retryAfterS = code === "STOPPING" ? RETRY_AFTER_S : undefined } = error;
    return refuse(ACCESS_HTTP[code], message, retryAfterS && { "Retry-After": String(retryAfterS) });
  }
  if (error instanceof UpgradeError) {
    // A 101 that was wrong, a redirect, or a 2xx instead of an upgrade is the upstream's fault.
    const code = error.httpStatus >= 400 ? error.httpStatus : 502;
    return refuse(code, error.message, {}, error.status);
  }
  if (error instanceof KubeError) {
    if (error.code === "STATUS") return refuse(error.httpStatus ?? 502, error.message, {}, error.status);
    return refuse(KUBE_HTTP[error.code], error.message);
  }
  if (error instanceof StreamError) return refuse(STREAM_HTTP[error.code], error.message);
  if (error instanceof ForwardError) return refuse(FORWARD_HTTP[error.code].api, error.message);
  if (error instanceof SessionError) return refuse(SESSION_HTTP[error.code], error.message);
  log?.error(
    { err: error instanceof Error ? (error.stack ?? error.message) : String(error) },
    "unexpected error",
  );
  return refuse(500, "Porthole failed at this request; its log says more");
}

/** What an API server or a proxy says may quote the address it was asked for. */
function withoutSecrets(status: Status): Status {
  return status.message === undefined ? status : { ...status, message: redact(status.message) };
}

/** Answers over a response, or drops the connection when the head has gone out already. */
export function sendError(response: ServerResponse, error: unknown, log?: Logger): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { code, status, headers } = refusalOf(error, log);
  const body = `${JSON.stringify(status)}\n`;
  response.writeHead(code, {
    ...SECURITY_HEADERS,
    ...headers,
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
  });
  response.end(body);
}

/** An answer that is not taken by then is not going to be (A28). */
const TAKEN_WITHIN_MS = 10_000;

/**
 * Answers an upgrade that is refused: plain HTTP and the end of the connection (threats.md A12).
 * @param lingerMs so long the socket is still read, for a client that has not sent all of its request
 */
export function refuseUpgrade(socket: Duplex, error: unknown, log?: Logger, lingerMs = 0): void {
  if (!socket.writable) return;
  const { code, status, headers } = refusalOf(error, log);
  const body = `${JSON.stringify(status)}\n`;
  const lines = Object.entries({
    ...SECURITY_HEADERS,
    ...headers,
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
    Connection: "close",
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const reason = (REASONS[code] ?? "Refused").replace(/(?<=[a-z])(?=[A-Z])/g, " ");
  socket.on("error", () => {});
  socket.end(`HTTP/1.1 ${code} ${reason}\r\n${lines.join("")}\r\n${body}`, () => {
    if (lingerMs === 0) socket.destroy();
  });
  if (lingerMs > 0) socket.on("data", () => {}).resume();
  const limit = setTimeout(() => socket.destroy(), lingerMs || TAKEN_WITHIN_MS).unref();
  socket.once("close", () => clearTimeout(limit));
}
