/**
 * One HTTP/1.1 exchange with an API server, up to the head of its answer: requests and upgrades alike. Redirects are
 * never followed: one would carry the credential to another host (CVE-2020-8559, docs/threats.md A11).
 */
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import type { Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { VERSION } from "#server/version.ts";
import type { Agents } from "../connect/agents.ts";
import { describeConnectFailure } from "../connect/connect-failure.ts";
import { hostOf, portOf, requestPath } from "../connect/server-url.ts";
import { KubeError } from "../errors.ts";
import type { KubeRequest, KubeUpgrade, Upgraded } from "../types.ts";

/** Of the answer's head. */
const MAX_HEADER_BYTES = 16 * 1024;
/** 1xx before the answer. API servers send none; a proxy on the way may. */
const MAX_INFORMATIONS = 16;

/**
 * On an upgraded connection, half-open ones show after this and ten probes, a second apart; within 45 s also where nobody
 * here pings, as in a port-forward whose SPDY is passed through. A proxy may drop what looks idle to TCP.
 */
const TCP_KEEP_ALIVE_MS = 30_000;

/** What the API server's audit log knows us by. */
const USER_AGENT = `porthole/${VERSION}`;

/**
 * What a caller may not set: who is asking is the cluster's to say, framing and connection are Node's. A relayed
 * request could otherwise impersonate, or carry our cookie upstream.
 */
const RESERVED_HEADER =
  /^(authorization|connection|content-length|cookie|expect|host|http2-settings|impersonate-.*|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|user-agent|x-remote-.*)$/i;

/** How to reach the API server as somebody. */
export interface Upstream {
  /** Scheme, host, port and base path; ends without a slash. */
  server: URL;
  /** Authorization and impersonation headers, fresh. A list is sent as repeated lines (Impersonate-Group). */
  identity: Record<string, string | string[]>;
  tls: ConnectionOptions;
  agents: Agents;
}

/** Rejects with KubeError. After it resolved, an abort of the signal destroys the answer. */
export async function sendRequest(upstream: Upstream, request: KubeRequest): Promise<IncomingMessage> {
  const once = async () => (await exchange(upstream, request, "keepAlive")).response;
  try {
    return await once();
  } catch (error) {
    // A pooled connection may be closed by the server in the moment we take it; reading again harms nothing.
    if (!(error instanceof StaleConnection) || !/^(GET|HEAD)$/.test(request.method)) throw error;
    return await once();
  }
}

/** Without a socket the answer was not 101. Rejects with KubeError. After it resolved, the signal means nothing. */
export function sendUpgrade(
  upstream: Upstream,
  { protocol, ...request }: KubeUpgrade,
): Promise<Partial<Upgraded> & Pick<Upgraded, "response">> {
  // A POST without a body says so: some proxies wait for one.
  const body = request.method === "POST" ? "" : undefined;
  const connection = { Connection: "Upgrade", Upgrade: protocol };
  return exchange(upstream, { ...request, body }, "upgrade", connection);
}

/** The first KubeError of a request on a reused connection that was reset before any answer. */
class StaleConnection extends KubeError {}

interface Asked extends Omit<KubeRequest, "headers"> {
  headers?: OutgoingHttpHeaders;
}

function exchange(
  upstream: Upstream,
  asked: Asked,
  kind: keyof Agents,
  connection: OutgoingHttpHeaders = {},
): Promise<{ response: IncomingMessage; socket?: Socket }> {
  const { server, tls, agents } = upstream;
  const peer = peerName(server);
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      ...tls,
      protocol: server.protocol,
      hostname: hostOf(server),
      port: portOf(server),
      path: requestPath(server, asked.path),
      method: asked.method,
      headers: { ...headersFor(asked), ...connection, "User-Agent": USER_AGENT, ...upstream.identity },
      agent: agents[kind],
      maxHeaderSize: MAX_HEADER_BYTES,
      signal: asked.signal,
    };
    let sent: ClientRequest;
    try {
      sent = server.protocol === "https:" ? httpsRequest(options) : httpRequest(options);
    } catch (error) {
      const aborted = asked.signal?.aborted;
      const invalid = new KubeError("INVALID", "The request has a header that HTTP cannot carry.", {
        cause: error,
      });
      reject(aborted ? describeConnectFailure(asked.signal?.reason, peer) : invalid);
      return;
    }
    const badAnswer = (what: string) =>
      new KubeError("BAD_ANSWER", `${peer[0]!.toUpperCase()}${peer.slice(1)} ${what}.`);
    let informed = 0;
    sent.on("information", () => {
      informed += 1;
      if (informed > MAX_INFORMATIONS) sent.destroy(badAnswer("sends 1xx answers and no other"));
    });
    sent.once("response", (response) => {
      // Node takes 000 to 099 for answers, and a 101 without its headers: whoever is given that reads on in another protocol.
      if ((response.statusCode ?? 0) >= 200) resolve({ response });
      else sent.destroy(badAnswer(`answered ${response.statusCode}, which is no answer`));
    });
    sent.once("upgrade", (response, socket, head) => {
      if (kind === "upgrade") {
        keepOpen(socket, head);
        resolve({ response, socket });
        return;
      }
      // Without a listener Node ends such a request and says so to nobody.
      socket.destroy();
      reject(badAnswer("upgraded a request that is none for an upgrade"));
    });
    // Stays for errors after the head: those reach the reader of the answer.
    sent.on("error", (error: NodeJS.ErrnoException) => {
      const failure = describeConnectFailure(error, peer);
      const stale = sent.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
      reject(stale ? new StaleConnection(failure.code, failure.message, { cause: error }) : failure);
    });
    sent.end(asked.body);
  });
}

/** An upgraded connection is quiet for hours and carries keystrokes. */
function keepOpen(socket: Socket, head: Buffer): void {
  if (head.byteLength > 0) socket.unshift(head);
  socket.setTimeout(0);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
}

export function peerName(server: URL): string {
  return `the API server ${server.hostname}:${portOf(server)}`;
}

function headersFor({ headers = {}, body }: Asked): OutgoingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !RESERVED_HEADER.test(name));
  const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  return { ...Object.fromEntries(kept), ...length };
}
