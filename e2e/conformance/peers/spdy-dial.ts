/** Two ways to a connection that carries SPDY: plain, and tunnelled in a WebSocket. */
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { createWebSocketStream, type WebSocket } from "ws";
import { readAnswer, type Target } from "../target.ts";
import { openWebSocket } from "./open-websocket.ts";
import { RefusedError } from "./refused-error.ts";
import { SpdyPeer } from "./spdy-peer.ts";

export const TUNNEL = "SPDY/3.1+portforward.k8s.io";
export const PORTFORWARD = "portforward.k8s.io";
/** `ws` refuses names with a slash: this stands in for the real one inside it. */
const PLACEHOLDER = "tunnel";

export interface SpdyConnection {
  peer: SpdyPeer;
  /** As the server chose. */
  protocol: string;
}

/** POST and Upgrade: SPDY/3.1. @throws RefusedError */
export function dialSpdy(target: Target, path: string, versions: readonly string[]): Promise<SpdyConnection> {
  const options = target.options("POST", path);
  const headers = {
    ...options.headers,
    connection: "Upgrade",
    upgrade: "SPDY/3.1",
    "content-length": 0,
    ...(versions.length > 0 ? { "x-stream-protocol-version": [...versions] } : {}),
  };
  return new Promise((resolve, reject) => {
    const request = target.requester({ ...options, headers });
    request.once("upgrade", (response: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (head.byteLength > 0) socket.unshift(head);
      (socket as Partial<import("node:net").Socket>).setTimeout?.call(socket, 0);
      const protocol = String(response.headers["x-stream-protocol-version"] ?? "");
      resolve({ peer: new SpdyPeer(socket), protocol });
    });
    request.once("response", (response) => {
      readAnswer(response).then((answer) => reject(new RefusedError(answer)), reject);
    });
    request.once("timeout", () => request.destroy(new Error("the SPDY upgrade was not answered")));
    request.once("error", reject);
    request.end();
  });
}

export interface Tunnel extends SpdyConnection {
  /** For messages that no SPDY client would send. */
  socket: WebSocket;
}

/** A WebSocket whose messages are a byte stream. @param offered the name to offer. @throws RefusedError */
export async function dialTunnel(target: Target, path: string, offered = TUNNEL): Promise<Tunnel> {
  let protocol = "";
  // `ws` compares the answer with what it was told to offer.
  const finishRequest = (request: ClientRequest) => {
    request.setHeader("Sec-WebSocket-Protocol", offered);
    request.prependListener("upgrade", (response: IncomingMessage) => {
      protocol = response.headers["sec-websocket-protocol"] ?? "";
      if (protocol !== "") response.headers["sec-websocket-protocol"] = PLACEHOLDER;
    });
    request.end();
  };
  const { socket } = await openWebSocket(target, path, { offer: [PLACEHOLDER], finishRequest });
  return { peer: new SpdyPeer(createWebSocketStream(socket)), protocol, socket };
}
