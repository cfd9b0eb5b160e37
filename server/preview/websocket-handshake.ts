/**
 * The two halves of a WebSocket handshake as a proxy must check them (RFC 6455 sections 4.1 and 4.2) before it
 * stops reading HTTP. What passes as an upgrade on one hop and as a request on the next lets whoever sends it
 * speak to the program behind the checks (threats.md A12).
 */
import type { IncomingMessage } from "node:http";
import { acceptOf } from "#server/stream/dial/websocket-upgrade.ts";
import { headerValues } from "./hop-headers.ts";

const VERSION = "13";
/** 16 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

export interface HandshakeProblem {
  httpStatus: number;
  message: string;
}

/** What is wrong with a browser's upgrade request; null when nothing is. */
export function requestProblem(request: IncomingMessage): HandshakeProblem | null {
  const bad = (message: string) => ({ httpStatus: 400, message });
  if (request.method !== "GET") return bad("an upgrade must be a GET request");
  if (request.httpVersion !== "1.1") return bad("an upgrade needs HTTP/1.1");
  if (one(request, "upgrade")?.toLowerCase() !== "websocket")
    return bad("only Upgrade: websocket is passed on");
  if (!hasToken(one(request, "connection"), "upgrade")) return bad("Connection: Upgrade is missing");
  if (request.headers["content-length"] !== undefined || request.headers["transfer-encoding"] !== undefined) {
    return bad("an upgrade request has no body");
  }
  if (one(request, "sec-websocket-version") !== VERSION) {
    return { httpStatus: 426, message: "only version 13 of the WebSocket protocol is passed on" };
  }
  if (!KEY.test(one(request, "sec-websocket-key") ?? "")) return bad("Sec-WebSocket-Key is not valid");
  return null;
}

/** What is wrong with the pod's 101; null when both sides really speak WebSocket now. */
export function answerProblem(request: IncomingMessage, answer: IncomingMessage): string | null {
  if (answer.statusCode !== 101) return `the status is ${answer.statusCode}, not 101`;
  if (one(answer, "upgrade")?.toLowerCase() !== "websocket") return "Upgrade is not websocket";
  if (!hasToken(one(answer, "connection"), "upgrade")) return "Connection does not say Upgrade";
  const key = one(request, "sec-websocket-key") ?? "";
  if (one(answer, "sec-websocket-accept") !== acceptOf(key)) return "Sec-WebSocket-Accept does not match";
  const chosen = one(answer, "sec-websocket-protocol");
  const offered = (one(request, "sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
  if (chosen !== undefined && !offered.includes(chosen)) return "it chose a subprotocol that was not offered";
  return null;
}

/** All lines of a header as one list; for the names of which only one line is allowed, two do not match anything. */
function one(message: IncomingMessage, name: string): string | undefined {
  const values = headerValues(message.rawHeaders, name);
  return values.length > 0 ? values.join(", ") : undefined;
}

function hasToken(list: string | undefined, token: string): boolean {
  return (list ?? "").split(",").some((item) => item.trim().toLowerCase() === token);
}
