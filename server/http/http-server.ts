/** The listening socket, with limits against slow and large requests (threats.md A27, A28). */
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { answerHeadErrors } from "./head-refusal.ts";
import { HeadsInFlight } from "./heads-in-flight.ts";

/** What API servers take (Go's net/http): a command is part of the request line. request-line.ts allows less elsewhere. */
const MAX_HEAD_BYTES = 1024 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
/** How often slow heads are looked for. */
const CHECK_INTERVAL_MS = 2_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MAX_CONNECTIONS = 10_000;

export function createLimitedServer(tls: { cert: string; key: string } | undefined): Server {
  const limits = {
    maxHeaderSize: MAX_HEAD_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    // A whole request may take long: an upload through a preview. Bodies of our own API have BODY_TIMEOUT_MS.
    requestTimeout: 0,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requireHostHeader: true,
    noDelay: true,
  };
  // WebSockets and SPDY need HTTP/1.1 (protocol.md 1.8).
  const server = tls
    ? createTlsServer({ ...limits, ...tls, ALPNProtocols: ["http/1.1"] })
    : createServer(limits);
  server.maxConnections = MAX_CONNECTIONS;
  new HeadsInFlight(server, tls !== undefined);
  answerHeadErrors(server, MAX_HEAD_BYTES);
  return server;
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
