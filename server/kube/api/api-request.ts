/** One HTTP/1.1 request to an API server, up to the head of its answer. Redirects are never followed. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { describeConnectFailure } from "../connect/connect-failure.ts";
import { hostOf, portOf, requestPath } from "../connect/server-url.ts";
import { KubeError } from "../errors.ts";
import type { KubeRequest, UpstreamOptions } from "../types.ts";

/** Of the answer's head. */
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * What a caller may not set: who is asking is the cluster's to say, framing and connection are Node's. A relayed
 * request could otherwise impersonate, or carry our cookie upstream.
 */
const RESERVED_HEADER =
  /^(authorization|connection|content-length|cookie|expect|host|http2-settings|impersonate-.*|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|x-remote-.*)$/i;

/** Rejects with KubeError. After it resolved, an abort of the signal destroys the answer. */
export async function sendRequest(upstream: UpstreamOptions, request: KubeRequest): Promise<IncomingMessage> {
  try {
    return await attempt(upstream, request);
  } catch (error) {
    // A pooled connection may be closed by the server in the moment we take it; reading again harms nothing.
    if (!(error instanceof StaleConnection) || !/^(GET|HEAD)$/.test(request.method)) throw error;
    return await attempt(upstream, request);
  }
}

/** The first KubeError of a request on a reused connection that was reset before any answer. */
class StaleConnection extends KubeError {}

function attempt(upstream: UpstreamOptions, request: KubeRequest): Promise<IncomingMessage> {
  const { server, agents, tls } = upstream;
  const peer = peerName(server);
  return new Promise((resolve, reject) => {
    const path = requestPath(server, request.path);
    const options: RequestOptions = {
      ...tls,
      protocol: server.protocol,
      hostname: hostOf(server),
      port: portOf(server),
      path,
      method: request.method,
      headers: headersFor(upstream, request),
      agent: agents.keepAlive,
      maxHeaderSize: MAX_HEADER_BYTES,
      signal: request.signal,
    };
    let sent: ClientRequest;
    try {
      sent = server.protocol === "https:" ? httpsRequest(options) : httpRequest(options);
    } catch (error) {
      const aborted = request.signal?.aborted;
      const invalid = new KubeError("INVALID", "The request has a header that HTTP cannot carry.", {
        cause: error,
      });
      reject(aborted ? describeConnectFailure(request.signal?.reason, peer) : invalid);
      return;
    }
    sent.once("response", resolve);
    // Stays for errors after the head: those reach the reader of the answer.
    sent.on("error", (error: NodeJS.ErrnoException) => {
      const failure = describeConnectFailure(error, peer);
      const stale = sent.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
      reject(stale ? new StaleConnection(failure.code, failure.message, { cause: error }) : failure);
    });
    sent.end(request.body);
  });
}

export function peerName(server: URL): string {
  return `the API server ${server.hostname}:${portOf(server)}`;
}

function headersFor(upstream: UpstreamOptions, request: KubeRequest): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { "User-Agent": "porthole" };
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (!RESERVED_HEADER.test(name)) headers[name] = value;
  }
  if (request.body !== undefined) headers["Content-Length"] = String(Buffer.byteLength(request.body));
  return { ...headers, ...upstream.headers };
}
