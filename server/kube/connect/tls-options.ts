/**
 * TLS to one API server: whom we trust, under which name, and the certificate we show. The parsed form (a secure
 * context) is made once and shared by all connections: with a thousand terminals a copy each would be most of their
 * memory.
 */
import { isIP } from "node:net";
import {
  type ConnectionOptions,
  checkServerIdentity,
  createSecureContext,
  type PeerCertificate,
} from "node:tls";
import type { ClientCertificate, TextSource } from "../credential/credentials.ts";
import { KubeError } from "../errors.ts";
import { authoritiesIn } from "./authorities.ts";
import { pairFault } from "./client-pair.ts";
import { CERTIFICATE_WITHOUT_NAMES } from "./connect-failure.ts";
import { hostOf } from "./server-url.ts";
import { systemRoots } from "./system-roots.ts";

export interface TlsSettings {
  /** PEM. Absent: what the system trusts. */
  ca?: TextSource;
  /** tls-server-name: the name in the server's certificate, when it is not the host. */
  serverName?: string;
  /** insecure-skip-tls-verify. */
  insecure?: boolean;
}

/**
 * Whom all identities of a context trust. The TLS options of those who show no certificate are made once for all: with
 * a thousand people a parsed copy of the system's authorities each would be most of their memory. They hold nothing of
 * anybody; sessions and sockets are the agents', and each identity has its own (transport.ts).
 */
export class ServerTrust {
  readonly insecure: boolean;
  #anonymous: { ca: string | undefined; tls: Promise<ConnectionOptions> } | null = null;

  constructor(
    private readonly server: URL,
    private readonly settings: TlsSettings = {},
  ) {
    this.insecure = settings.insecure ?? false;
  }

  /** In PEM, as it is now. Undefined: what the system trusts. */
  async ca(): Promise<string | undefined> {
    return await this.settings.ca?.read();
  }

  /** Rejects with KubeError CREDENTIAL for a certificate or key that cannot be read, CONFIG for such an authority. */
  options(ca: string | undefined, certificate: ClientCertificate | undefined): Promise<ConnectionOptions> {
    if (certificate) return buildTlsOptions(this.server, this.settings, ca, certificate);
    if (!this.#anonymous || this.#anonymous.ca !== ca) {
      this.#anonymous = { ca, tls: buildTlsOptions(this.server, this.settings, ca, undefined) };
    }
    return this.#anonymous.tls;
  }
}

async function buildTlsOptions(
  server: URL,
  settings: TlsSettings,
  ca: string | undefined,
  certificate: ClientCertificate | undefined,
): Promise<ConnectionOptions> {
  if (server.protocol !== "https:") return {};
  const name = certifiedName(settings.serverName || hostOf(server));
  const own = ca === undefined ? undefined : authoritiesIn(ca, "the certificate authority");
  return {
    secureContext: secureContext(own ?? (settings.insecure ? undefined : await systemRoots()), certificate),
    // RFC 6066 section 3: no address in SNI. An empty name keeps Node from deriving one from the Host header.
    servername: isIP(name) ? "" : name,
    // Behind a proxy, and for addresses, Node would compare with another name, even with the proxy's.
    checkServerIdentity: (_host, cert) => identityFault(name, cert),
    rejectUnauthorized: !settings.insecure,
    // Upgrades exist in HTTP/1.1 only (protocol.md 1.8).
    ALPNProtocols: ["http/1.1"],
  };
}

/** As Go does: without the brackets of IPv6, the dot of a whole domain name, and IPv4 not written as IPv6. */
function certifiedName(host: string): string {
  const name = host.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const [, high = "", low = ""] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/i.exec(name) ?? [];
  if (!low) return name;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join(".");
}

/** Node would take the common name of a certificate without alternative names; nobody else does any more. */
function identityFault(name: string, certificate: PeerCertificate): Error | undefined {
  if (certificate.subjectaltname) return checkServerIdentity(name, certificate);
  return Object.assign(new Error("the certificate has no alternative names"), {
    code: CERTIFICATE_WITHOUT_NAMES,
  });
}

function secureContext(ca: string | string[] | undefined, certificate: ClientCertificate | undefined) {
  try {
    return createSecureContext({
      ca,
      cert: certificate?.cert,
      key: certificate?.key,
      // As in Go, an intermediate or the server's own certificate may be the one that is trusted.
      allowPartialTrustChain: true,
    });
  } catch (error) {
    const fault = certificate && pairFault(certificate);
    // OpenSSL's words name the fault ("no start line", "ca md too weak"), never the content.
    const why = (error as Error).message.replace(/^error:[0-9A-F]*:/i, "");
    const words = fault ?? `the client certificate or its key cannot be used: ${why}`;
    throw new KubeError("CREDENTIAL", words, { cause: error });
  }
}
