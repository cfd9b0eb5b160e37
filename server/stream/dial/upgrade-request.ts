/**
 * One HTTP/1.1 request that asks an API server to upgrade, for SPDY and WebSocket alike. Redirects are not followed:
 * one would carry the credential to another host (CVE-2020-8559, threats.md A11).
 */
import {
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
} from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import type { Cluster } from "#server/kube/types.ts";
import { StreamError, UpgradeError } from "../errors.ts";
import { HANDSHAKE_TIMEOUT_MS, TCP_KEEP_ALIVE_MS } from "../websocket/websocket-limits.ts";
import { dialFailure } from "./dial-failure.ts";
import { refusalOf } from "./upgrade-refusal.ts";

export interface UpgradeRequest {
  method: "GET" | "POST";
  /** Below the server's base path, from kube/api/subresource-url.ts. */
  path: string;
  /** Beside `Connection: Upgrade` and the credential. */
  headers: OutgoingHttpHeaders;
}

export interface Upgraded {
  /** Not read yet; what came in the packet of the 101 is in it. */
  socket: Duplex;
  response: IncomingMessage;
}

/**
 * Asks once more with a fresh credential when the answer is 401: the cached one may have expired.
 * @throws UpgradeError for any answer but 101, StreamError when none came, KubeError for the credential
 */
export async function requestUpgrade(
  cluster: Cluster,
  request: UpgradeRequest,
  signal: AbortSignal | undefined,
): Promise<Upgraded> {
  try {
    return await requestOnce(cluster, request, signal);
  } catch (error) {
    if (!(error instanceof UpgradeError && error.httpStatus === 401)) throw error;
    cluster.invalidateCredentials();
    return await requestOnce(cluster, request, signal);
  }
}

async function requestOnce(
  cluster: Cluster,
  { method, path, headers }: UpgradeRequest,
  signal: AbortSignal | undefined,
): Promise<Upgraded> {
  const upstream = await cluster.upstream();
  signal?.throwIfAborted();
  const { server } = upstream;
  const options = {
    ...upstream.tls,
    agent: upstream.agents.upgrade,
    host: server.hostname.replace(/^\[|\]$/g, ""),
    port: server.port,
    path: server.pathname.replace(/\/$/, "") + path,
    method,
    timeout: HANDSHAKE_TIMEOUT_MS,
    headers: { ...upstream.headers, Connection: "Upgrade", ...headers },
  } as RequestOptions;
  return await exchange(options, server, signal);
}

function exchange(options: RequestOptions, server: URL, signal: AbortSignal | undefined): Promise<Upgraded> {
  return new Promise((resolve, reject) => {
    const request = (server.protocol === "https:" ? httpsRequest : httpRequest)(options);
    const fail = (error: Error) => {
      signal?.removeEventListener("abort", abort);
      reject(error);
      request.destroy();
    };
    const abort = () => fail(new StreamError("CANCELED", "the stream was given up before it opened"));
    signal?.addEventListener("abort", abort, { once: true });
    request.once("upgrade", (response, socket, head) => {
      signal?.removeEventListener("abort", abort);
      if (head.byteLength > 0) socket.unshift(head);
      socket.setTimeout(0);
      socket.setNoDelay(true);
      // A proxy may drop what looks idle to TCP; half-open connections show.
      socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
      resolve({ socket, response });
    });
    request.once("response", (response) => {
      refusalOf(response).then(fail, fail);
    });
    request.once("timeout", () => fail(dialFailure(new Error("handshake has timed out"), server.host)));
    request.on("error", (error) => fail(dialFailure(error, server.host)));
    request.end();
  });
}
