/**
 * One connection to the API server, through the forward proxy when there is one, up to the end of the TLS handshake.
 * No certificate is refused, so that a wrong one can be looked at; in return not a byte of HTTP is sent, and so no
 * credential.
 */
import { request as httpRequest } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import type { Socket } from "node:net";
import {
  type ConnectionOptions,
  type DetailedPeerCertificate,
  type PeerCertificate,
  TLSSocket,
} from "node:tls";
import { describeConnectFailure } from "#server/kube/connect/connect-failure.ts";
import { KubeError } from "#server/kube/errors.ts";
import type { ConnectionFacts } from "#server/kube/types.ts";

/** Whom a connection is for: the API server, or the proxy before it. */
export interface Peer {
  url: URL;
  host: string;
  port: number;
  /** For a sentence: `the API server kube.example:6443`. */
  name: string;
}

export interface Validity {
  valid_from: string;
  valid_to: string;
}

export interface TlsHandshake {
  /** Null over plain HTTP. */
  tls: {
    /** As OpenSSL or Node names what is wrong with the certificate; null when nothing is. */
    fault: Error | null;
    chain: DetailedPeerCertificate[];
    protocol: string;
    /** The client certificate that was shown; null without one. */
    clientCertificate: Validity | null;
  } | null;
  ms: number;
}

/** A chain that goes on for longer than this is no chain. */
const MAX_CHAIN = 8;

const NO_SESSION: RequestOptions = { session: undefined } as ConnectionOptions;

/** Rejects with KubeError: no connection, no answer of the proxy, or no TLS at all. */
export function shakeHands(
  connection: ConnectionFacts,
  server: Peer,
  signal: AbortSignal,
): Promise<TlsHandshake> {
  const started = performance.now();
  const secure = connection.server.protocol === "https:";
  const identity: { fault: Error | null } = { fault: null };
  const { checkServerIdentity } = connection.tls;
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      ...connection.tls,
      rejectUnauthorized: false,
      checkServerIdentity: (host: string, certificate: PeerCertificate) => {
        identity.fault = checkServerIdentity?.(host, certificate) ?? null;
        return identity.fault ?? undefined;
      },
      // A resumed session shows no certificate, so none is offered.
      ...NO_SESSION,
      agent: connection.agent,
      host: server.host,
      port: server.port,
    };
    // Never ended, so that the request's head, were there a credential in it, does not leave.
    const request = secure ? httpsRequest(options) : httpRequest(options);
    const finish = (settle: () => void) => {
      signal.removeEventListener("abort", late);
      request.on("error", () => {});
      request.destroy();
      settle();
    };
    const late = () =>
      finish(() => reject(new KubeError("TIMEOUT", `No connection to ${server.name} in time.`)));
    signal.addEventListener("abort", late, { once: true });
    request.once("error", (error) => finish(() => reject(describeConnectFailure(error, server.name))));
    request.once("socket", (socket) => {
      const done = () => {
        const tls = socket instanceof TLSSocket ? describe(socket, identity.fault) : null;
        finish(() => resolve({ tls, ms: Math.round(performance.now() - started) }));
      };
      whenReady(socket, secure, done);
    });
    if (signal.aborted) late();
  });
}

function whenReady(socket: Socket, secure: boolean, done: () => void): void {
  if (secure && socket instanceof TLSSocket) {
    // With TLS the cipher is known when the handshake is over; a proxy's agent may hand the socket over before.
    if (socket.getCipher()?.name && !socket.connecting) done();
    else socket.once("secureConnect", done);
  } else if (socket.connecting) socket.once("connect", done);
  else done();
}

function describe(socket: TLSSocket, identityFault: Error | null): TlsHandshake["tls"] {
  const own = socket.getCertificate() as Partial<Validity> | null;
  return {
    fault: faultOf(socket, identityFault),
    chain: chainOf(socket.getPeerCertificate(true)),
    protocol: socket.getProtocol() ?? "TLS",
    clientCertificate:
      own?.valid_from && own.valid_to ? { valid_from: own.valid_from, valid_to: own.valid_to } : null,
  };
}

/** Node's type says Error; it is the code as a string when OpenSSL refused the chain. */
function faultOf(socket: TLSSocket, identityFault: Error | null): Error | null {
  if (socket.authorized) return null;
  if (identityFault) return identityFault;
  const said: unknown = socket.authorizationError;
  const code = typeof said === "string" ? said : ((said as NodeJS.ErrnoException | undefined)?.code ?? "");
  return code ? Object.assign(new Error(code), { code }) : null;
}

function chainOf(leaf: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  let next: DetailedPeerCertificate | undefined = leaf;
  while (next?.subject && chain.length < MAX_CHAIN && !chain.includes(next)) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}
