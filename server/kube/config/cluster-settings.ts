/**
 * A kubeconfig's cluster entry, checked and made usable: address, whom TLS trusts, which proxy, and what a credential
 * plugin is told of it. Next hop: load-clusters.ts.
 */

import { authoritiesIn } from "../connect/authorities.ts";
import { proxyFromEnvironment } from "../connect/proxy-environment.ts";
import { parseProxyUrl, parseServer, type ServerAddress } from "../connect/server-url.ts";
import type { TlsSettings } from "../connect/tls-options.ts";
import type { ExecCluster } from "../credential/exec-credential.ts";
import { KubeError } from "../errors.ts";
import type { Environment, ForwardProxy } from "../types.ts";
import type { ClusterEntry } from "./kubeconfig.ts";
import { type PemSource, pemSource } from "./pem-source.ts";

/** The extension whose content a plugin gets as spec.cluster.config (clientauthentication types.go). */
const EXEC_EXTENSION = "client.authentication.k8s.io/exec";

export interface ClusterSettings {
  address: ServerAddress;
  tls: TlsSettings;
  proxy: URL | null;
  /** Where the proxy is named. */
  proxyFrom: ForwardProxy["from"];
  /** Files that must be there for the cluster to be usable. */
  files: string[];
  execCluster: () => Promise<ExecCluster>;
}

/** @throws KubeError CONFIG */
export function clusterSettings(entry: ClusterEntry, env: Environment): ClusterSettings {
  const { server, "certificate-authority": caFile, "certificate-authority-data": caData } = entry;
  const insecure = entry["insecure-skip-tls-verify"] ?? false;
  if (!server) throw new KubeError("CONFIG", "its cluster entry has no server address");
  if (insecure && (caFile || caData)) {
    throw new KubeError("CONFIG", "insecure-skip-tls-verify and a certificate authority exclude each other");
  }
  const address = parseServer(server);
  const proxyUrl = entry["proxy-url"] ? parseProxyUrl(entry["proxy-url"]) : null;
  const ca = caSource(caFile, caData);
  const serverName = entry["tls-server-name"] || undefined;
  return {
    address,
    tls: { ca: ca?.source, serverName, insecure },
    proxy: proxyUrl ?? proxyFromEnvironment(address.url, env),
    proxyFrom: proxyUrl ? "kubeconfig" : "environment",
    files: ca?.file ? [ca.file] : [],
    execCluster: async () => ({
      server,
      ...(serverName ? { "tls-server-name": serverName } : {}),
      ...(insecure ? { "insecure-skip-tls-verify": true } : {}),
      ...(ca ? { "certificate-authority-data": Buffer.from(await ca.source.read()).toString("base64") } : {}),
      ...(entry["proxy-url"] ? { "proxy-url": entry["proxy-url"] } : {}),
      ...(entry["disable-compression"] ? { "disable-compression": true } : {}),
      config: entry.extensions?.find((extension) => extension.name === EXEC_EXTENSION)?.extension ?? null,
    }),
  };
}

function caSource(file: string | null | undefined, data: string | null | undefined): PemSource | undefined {
  const ca = pemSource(file, data, "certificate-authority", "The certificate authority file");
  if (ca?.pem !== undefined) authoritiesIn(ca.pem, "certificate-authority-data");
  return ca;
}
