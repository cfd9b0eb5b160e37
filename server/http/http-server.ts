/** The listening socket, with limits against slow and large requests (threats.md A27, A28). */
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Logger } from "#server/log.ts";
import { Connections } from "./connections/connections.ts";
import type { ConnectionLimits } from "./connections/limits.ts";
import { answerHeadErrors } from "./head-refusal.ts";

/** What API servers take (Go's net/http): a command is part of the request line. request-line.ts allows less elsewhere. */
const MAX_HEAD_BYTES = 1024 * 1024;
/** How often slow heads are looked for, in the time one may take. */
const CHECKS_PER_HEAD = 5;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** The system asks a peer that is silent for so long whether it is still there. */
const TCP_KEEP_ALIVE_MS = 60_000;

export interface LimitedServer {
  server: Server;
  connections: Connections;
}

export function createLimitedServer(
  tls: { cert: string; key: string } | undefined,
  limits: ConnectionLimits,
  log: Pick<Logger, "warn" | "info">,
): LimitedServer {
  const options = {
    maxHeaderSize: MAX_HEAD_BYTES,
    headersTimeout: limits.headAnswerMs,
    // A whole request may take long: an upload through a preview. Bodies of our own API have BODY_TIMEOUT_MS.
    requestTimeout: 0,
    connectionsCheckingInterval: limits.headAnswerMs / CHECKS_PER_HEAD,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requireHostHeader: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
  };
  // WebSockets and SPDY need HTTP/1.1 (protocol.md 1.8).
  const server = tls
    ? createTlsServer({ ...options, ...tls, ALPNProtocols: ["http/1.1"] })
    : createServer(options);
  const connections = new Connections(server, tls !== undefined, limits, log);
  answerHeadErrors(server, MAX_HEAD_BYTES, (socket) => connections.speaks(socket));
  return { server, connections };
}

/** Rejects with the system's error (EADDRINUSE, EACCES, EADDRNOTAVAIL). @returns the port listened on */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as { port: number }).port);
    });
  });
}
