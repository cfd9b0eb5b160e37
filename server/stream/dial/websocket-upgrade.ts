/**
 * The client role of the WebSocket handshake (RFC 6455 section 4.1). No extension is offered, so none may come back,
 * and exactly one subprotocol is, which may hold a slash: `SPDY/3.1+portforward.k8s.io` is no HTTP token.
 */
import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Cluster } from "#server/kube/types.ts";
import { UpgradeError } from "../errors.ts";
import { DialedWebSocket } from "../websocket/dialed-websocket.ts";
import { requestUpgrade } from "./upgrade-request.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export interface WebSocketUpgrade {
  connection: DialedWebSocket;
  handshakeMs: number;
}

/** The value of Sec-WebSocket-Accept that proves the key was read as a WebSocket's. */
export function acceptOf(key: string): string {
  return createHash("sha1")
    .update(key + GUID)
    .digest("base64");
}

/**
 * @param path below the server's base path, from kube/api/subresource-url.ts
 * @throws UpgradeError for any answer other than a good 101, StreamError when none came, KubeError for the credential
 */
export async function upgradeToWebSocket(
  cluster: Cluster,
  path: string,
  subprotocol: string,
  signal?: AbortSignal,
): Promise<WebSocketUpgrade> {
  const started = performance.now();
  const key = randomBytes(16).toString("base64");
  const { socket, response } = await requestUpgrade(cluster, {
    ...{ method: "GET", path, protocol: "websocket", signal },
    headers: {
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": key,
      "Sec-WebSocket-Protocol": subprotocol,
    },
  });
  const wrong = wrongUpgrade(response, key, subprotocol);
  if (wrong) {
    socket.destroy();
    throw new UpgradeError(101, wrong);
  }
  return { connection: new DialedWebSocket(socket), handshakeMs: performance.now() - started };
}

function wrongUpgrade({ headers }: IncomingMessage, key: string, subprotocol: string): string | null {
  if (headers.upgrade?.toLowerCase() !== "websocket")
    return "the API server upgraded to something other than a WebSocket";
  if (headers["sec-websocket-accept"] !== acceptOf(key)) return "the API server's answer is not to our key";
  if (headers["sec-websocket-extensions"] !== undefined)
    return "the API server chose an extension, and none was offered";
  const chosen = headers["sec-websocket-protocol"];
  if (chosen === undefined) return "the API server chose no subprotocol";
  if (chosen !== subprotocol) return `the API server chose ${chosen.slice(0, 60)}, which was not offered`;
  return null;
}
