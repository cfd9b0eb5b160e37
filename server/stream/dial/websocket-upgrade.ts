/**
 * The client role of the WebSocket handshake (RFC 6455 section 4.1). No extension is offered, so none may come back,
 * and exactly one subprotocol is, which may hold a slash: `SPDY/3.1+portforward.k8s.io` is no HTTP token.
 */
import { randomBytes } from "node:crypto";
import type { Cluster } from "#server/kube/types.ts";
import { UpgradeError } from "../errors.ts";
import { DialedWebSocket } from "../websocket/dialed-websocket.ts";
import { answerProblem, WEBSOCKET_VERSION } from "../websocket/handshake.ts";
import { requestUpgrade } from "./upgrade-request.ts";

export interface WebSocketUpgrade {
  connection: DialedWebSocket;
  handshakeMs: number;
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
      "Sec-WebSocket-Version": WEBSOCKET_VERSION,
      "Sec-WebSocket-Key": key,
      "Sec-WebSocket-Protocol": subprotocol,
    },
  });
  const asked = { key, subprotocols: [subprotocol], mustChoose: true, extensions: false };
  const problem = answerProblem(response, asked);
  if (problem) {
    socket.destroy();
    throw new UpgradeError(101, `the API server ${problem}`);
  }
  return { connection: new DialedWebSocket(socket), handshakeMs: performance.now() - started };
}
