/** A WebSocket of a plain client, once the server has accepted it. */
import type { IncomingMessage } from "node:http";
import { type ClientOptions, WebSocket } from "ws";
import { readAnswer, type Target } from "../target.ts";
import { RefusedError } from "./refused-error.ts";

const OPEN_LIMIT_MS = 30_000;

export interface OpenOptions {
  offer: readonly string[];
  deflate?: boolean;
  /** Before the request leaves: messages may come in the same packet as the 101. */
  prepare?(socket: WebSocket): void;
  finishRequest?: ClientOptions["finishRequest"];
}

/** @throws RefusedError */
export function openWebSocket(
  target: Target,
  path: string,
  { offer, deflate = false, prepare, finishRequest }: OpenOptions,
): Promise<{ socket: WebSocket; response: IncomingMessage }> {
  const socket = new WebSocket(target.origin.replace(/^http/, "ws") + path, [...offer], {
    ...target.tls,
    headers: target.headers,
    perMessageDeflate: deflate,
    handshakeTimeout: OPEN_LIMIT_MS,
    ...(finishRequest ? { finishRequest } : {}),
  });
  prepare?.(socket);
  return new Promise((resolve, reject) => {
    let accepted: IncomingMessage;
    socket.once("upgrade", (response) => {
      accepted = response;
    });
    socket.once("unexpected-response", (_request, response) => {
      readAnswer(response).then((answer) => reject(new RefusedError(answer)), reject);
    });
    // Stays: a socket that breaks later says so by its close.
    socket.on("error", reject);
    socket.once("open", () => resolve({ socket, response: accepted }));
  });
}
