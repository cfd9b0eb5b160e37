/** The certificate of the API server: chain, names, time. With the very settings that requests use. */
import type { DetailedPeerCertificate } from "node:tls";
import { describeConnectFailure } from "#server/kube/connect/connect-failure.ts";
import { KubeError } from "#server/kube/errors.ts";
import type { Examination } from "../examination.ts";
import { failed, type Outcome, ok, warning } from "../outcome.ts";
import { CONFIGURATIONS } from "../ready-configurations.ts";
import { certificateTime } from "./certificate-time.ts";
import { shakeHands } from "./tls-handshake.ts";

const MAX_NAMES_CHARS = 160;

export async function checkTls(examination: Examination, signal: AbortSignal): Promise<Outcome> {
  const { apiServer, connection } = examination;
  const hop = examination.way;
  if (apiServer.url.protocol === "http:") return plainHttp(examination);
  if (!connection) throw new TypeError("TLS is looked at after the credential was had");
  try {
    examination.handshake ??= await shakeHands(connection, apiServer, signal);
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return failed(error.message, {
      hop,
      change: "Check that the address and port in the kubeconfig are those of an API server.",
    });
  }
  const { tls, ms } = examination.handshake;
  if (!tls) throw new TypeError("an https address gave a plain connection");
  const shown = `${tls.protocol} in ${ms} ms. ${chainWords(tls.chain)}`;
  if (connection.tls.rejectUnauthorized === false) {
    return warning(`${shown} It is not verified: insecure-skip-tls-verify is set.`, {
      hop,
      change: "Put the cluster's certificate authority into certificate-authority-data instead.",
    });
  }
  if (tls.fault) {
    return failed(`${describeConnectFailure(tls.fault, apiServer.name).message} ${shown}`, {
      hop,
      ...changeFor(tls.fault, examination),
    });
  }
  const time = tls.chain[0] && certificateTime(tls.chain[0]);
  if (time?.endsSoon) {
    return warning(`${shown} It ends in ${time.daysLeft} days.`, {
      hop,
      change: `Renew the API server's certificate before ${time.day}.`,
    });
  }
  return ok(shown);
}

function plainHttp({ apiServer, connection }: Examination): Outcome {
  const silent = connection?.identifiedBy.length === 0;
  if (/^(127\.|localhost$|::1$)/.test(apiServer.host))
    return ok("None: the address is http:// on this machine.");
  return warning(
    `None: the address is http://, so anybody on the way can read along${silent ? ", and no credential is sent" : ""}.`,
    {
      hop: `Porthole → ${apiServer.name}`,
      change: "Use the API server's https:// address.",
    },
  );
}

function changeFor(fault: Error, { proxy }: Examination): { change: string; configuration?: string } {
  const { code } = fault as NodeJS.ErrnoException;
  if (code === "CERT_HAS_EXPIRED") return { change: "Renew the certificate named above." };
  if (code === "CERT_NOT_YET_VALID") return { change: "Set this machine's clock." };
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return {
      change:
        "Use one of the certificate's names as the server address, or set tls-server-name to one of them.",
    };
  }
  const change =
    "Put the authority that signed this certificate into certificate-authority-data. " +
    "If the issuer is not your cluster's, a proxy shows a certificate of its own: use that proxy's authority.";
  return proxy ? { change, configuration: CONFIGURATIONS.forward } : { change };
}

function chainWords(chain: readonly DetailedPeerCertificate[]): string {
  const [leaf] = chain;
  if (!leaf) return "It shows no certificate.";
  const names = (leaf.subjectaltname ?? "none")
    .replaceAll(/(DNS|IP Address):/g, "")
    .slice(0, MAX_NAMES_CHARS);
  const issuers = chain.map((one) => nameOf(one.subject));
  const last = chain.at(-1);
  const root = last && last.fingerprint256 !== last.issuerCertificate?.fingerprint256 && last.issuer;
  if (root && nameOf(root) !== issuers.at(-1)) issuers.push(nameOf(root));
  return `Chain ${issuers.join(" ← ")}; names ${names}; valid until ${certificateTime(leaf).day}.`;
}

function nameOf(name: { CN?: unknown; O?: unknown }): string {
  const shown = [name.CN, name.O].flat().find((part) => typeof part === "string" && part !== "");
  return typeof shown === "string" ? shown : "(no name)";
}
