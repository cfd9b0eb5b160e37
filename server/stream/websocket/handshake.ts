/**
 * The two halves of a WebSocket handshake, checked before anybody stops reading HTTP (RFC 6455 sections 4.1 and 4.2).
 * What passes as an upgrade on one hop and as a request on the next lets whoever sends it speak to the program behind
 * the checks (threats.md A12), so Porthole's endpoints, its previews and its dialers go by the same rules.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { parseOffer } from "#protocol/subprotocol.ts";

export const WEBSOCKET_VERSION = "13";
/** 16 bytes in base64: the last of its 22 digits holds two bits. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
/** RFC 6455 section 1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** Of a name that a peer chose and that is said in an error. */
const MAX_NAMED_CHARS = 60;

export interface RequestProblem {
  /** A method and a version may be answered with codes of their own. */
  part: "method" | "version" | "other";
  message: string;
}

/** What was asked of a server, as far as its answer depends on it. */
export interface AskedHandshake {
  key: string;
  subprotocols: readonly string[];
  /** It has to choose one of them. */
  mustChoose: boolean;
  extensions: boolean;
}

/** Said by a request or by its answer; whether they say it rightly is another question. */
export function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

export function offeredSubprotocols(request: IncomingMessage): string[] {
  return parseOffer(request.headers["sec-websocket-protocol"]);
}

/** The value of Sec-WebSocket-Accept that proves the key was read as a WebSocket's. */
export function acceptOf(key: string): string {
  return createHash("sha1")
    .update(key + GUID)
    .digest("base64");
}

/** What is wrong with an upgrade request; null when nothing is. Two lines of one header are joined, and match nothing. */
export function requestProblem(request: IncomingMessage): RequestProblem | null {
  const { headers } = request;
  const wrong = (message: string): RequestProblem => ({ part: "other", message });
  if (request.method !== "GET") return { part: "method", message: "a WebSocket upgrade is a GET request" };
  if (request.httpVersion !== "1.1") return wrong("a WebSocket upgrade needs HTTP/1.1");
  if (!isWebSocket(request)) return wrong("Upgrade request required");
  if (!saysUpgrade(request)) return wrong("Connection: Upgrade is missing");
  if (headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0")
    return wrong("an upgrade request has no body");
  if (headers["sec-websocket-version"] !== WEBSOCKET_VERSION)
    return { part: "version", message: `only WebSocket version ${WEBSOCKET_VERSION} is spoken` };
  if (!KEY.test(headers["sec-websocket-key"] ?? ""))
    return wrong("Sec-WebSocket-Key is missing or malformed");
  return null;
}

/** What is wrong with a server's answer, to be read behind a name of the server; null when both sides speak WebSocket now. */
export function answerProblem(answer: IncomingMessage, asked: AskedHandshake): string | null {
  const { headers } = answer;
  if (answer.statusCode !== 101) return `answered ${answer.statusCode} instead of 101`;
  if (!isWebSocket(answer)) return "upgraded to something other than a WebSocket";
  if (!saysUpgrade(answer)) return "answered without Connection: Upgrade";
  if (headers["sec-websocket-accept"] !== acceptOf(asked.key)) return "answered to another key";
  if (headers["sec-websocket-extensions"] !== undefined && !asked.extensions)
    return "chose an extension, and none was offered";
  const chosen = headers["sec-websocket-protocol"];
  if (chosen === undefined) return asked.mustChoose ? "chose no subprotocol" : null;
  if (!asked.subprotocols.includes(chosen))
    return `chose ${chosen.slice(0, MAX_NAMED_CHARS)}, which was not offered`;
  return null;
}

function saysUpgrade({ headers }: IncomingMessage): boolean {
  return parseOffer(headers.connection).some((token) => token.toLowerCase() === "upgrade");
}
