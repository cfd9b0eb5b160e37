/**
 * The client role of the SPDY/3.1 upgrade: POST, one X-Stream-Protocol-Version line for each version offered, then the
 * connection's bytes are SPDY (k8s.io/streaming pkg/httpstream/spdy/roundtripper.go).
 */
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import type { Cluster } from "#kube/types";
import { dialFailure } from "./dial-failure";
import { StreamError, UpgradeError } from "./errors";
import { refusalOf } from "./upgrade-refusal";
import { HANDSHAKE_TIMEOUT_MS } from "./websocket-limits";

export const SPDY_UPGRADE = "SPDY/3.1";
/**
 * A relayed port-forward carries only the pings of its own ends: TCP watches that their hosts are there. Node asks
 * ten times, a second apart, so a host that is gone is noticed after 30 s.
 */
export const TCP_KEEP_ALIVE_MS = 20_000;
const VERSION_HEADER = "x-stream-protocol-version";

export interface SpdyUpgrade {
  bytes: Duplex;
  /** The version the server chose. */
  protocol: string;
  handshakeMs: number;
}

/**
 * @param path below the server's base path, from kube/subresource-url.ts
 * @param offered best first
 * @throws UpgradeError for any answer other than a good 101, StreamError when none came, KubeError for the credential
 */
export async function upgradeToSpdy(
  cluster: Cluster,
  path: string,
  offered: readonly string[],
  signal?: AbortSignal,
): Promise<SpdyUpgrade> {
  const started = performance.now();
  try {
    return await upgradeOnce(cluster, path, offered, started, signal);
  } catch (error) {
    if (!(error instanceof UpgradeError && error.httpStatus === 401)) throw error;
    // The cached credential may have expired: once more with a fresh one.
    cluster.invalidateCredentials();
    return await upgradeOnce(cluster, path, offered, started, signal);
  }
}

async function upgradeOnce(
  cluster: Cluster,
  path: string,
  offered: readonly string[],
  started: number,
  signal: AbortSignal | undefined,
): Promise<SpdyUpgrade> {
  const upstream = await cluster.upstream();
  signal?.throwIfAborted();
  const { server } = upstream;
  const options = {
    ...upstream.tls,
    agent: upstream.agents.upgrade,
    host: server.hostname.replace(/^\[|\]$/g, ""),
    port: server.port,
    path: server.pathname.replace(/\/$/, "") + path,
    method: "POST",
    timeout: HANDSHAKE_TIMEOUT_MS,
    headers: {
      ...upstream.headers,
      Connection: "Upgrade",
      Upgrade: SPDY_UPGRADE,
      "X-Stream-Protocol-Version": [...offered],
      "Content-Length": 0,
    },
  } as RequestOptions;
  const { socket, response } = await exchange(options, server, signal);
  const protocol = response.headers[VERSION_HEADER];
  if (!/spdy\/3\.1/i.test(response.headers.upgrade ?? "")) {
    socket.destroy();
    throw new UpgradeError(101, "the API server upgraded to something other than SPDY/3.1");
  }
  // No version means v1 to client-go; an unknown one makes kubectl panic. Neither is guessed at here.
  const chosen = protocol === undefined ? offered.at(-1)! : String(protocol);
  if (!offered.includes(chosen)) {
    socket.destroy();
    throw new UpgradeError(101, `the API server chose ${chosen.slice(0, 60)}, which was not offered`);
  }
  return { bytes: socket, protocol: chosen, handshakeMs: performance.now() - started };
}

function exchange(
  options: RequestOptions,
  server: URL,
  signal: AbortSignal | undefined,
): Promise<{ socket: Duplex; response: IncomingMessage }> {
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
      // SPDY frames may be in the same packet as the 101.
      if (head.byteLength > 0) socket.unshift(head);
      socket.setTimeout(0);
      socket.setNoDelay(true);
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
