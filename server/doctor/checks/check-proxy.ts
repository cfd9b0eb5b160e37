/**
 * The forward proxy that the kubeconfig or the environment names: whether it connects to the API server. What stands
 * in front of the API server itself (a reverse proxy) shows later, in the answers.
 */
import { KubeError, type ProxyFault } from "#server/kube/errors.ts";
import type { Examination } from "../examination.ts";
import { failed, type Outcome, ok } from "../outcome.ts";
import { CONFIGURATIONS } from "../ready-configurations.ts";
import { sourceOfProxy } from "./check-connection.ts";
import { shakeHands } from "./tls-handshake.ts";

export async function checkProxy(examination: Examination, signal: AbortSignal): Promise<Outcome> {
  const { cluster, proxy, apiServer, connection } = examination;
  if (!proxy || !cluster.proxy) {
    return ok("None: neither the kubeconfig nor the environment names a proxy for this address.");
  }
  const named = `${cluster.proxy.url} (${sourceOfProxy(examination)})`;
  if (!connection) return ok(`${named}. It was not asked: there is no credential yet.`);
  try {
    examination.handshake = await shakeHands(connection, apiServer, signal);
  } catch (error) {
    // What the API server does wrong behind the proxy is said by the TLS step.
    if (!(error instanceof KubeError)) throw error;
    if (!error.proxy) return ok(`${named} connects.`);
    return failed(error.message, {
      hop: `${proxy.name} → ${apiServer.name}`,
      change: changeFor(error.proxy, examination),
      configuration: CONFIGURATIONS.forward,
    });
  }
  return ok(`${named} connects to ${apiServer.name}.`);
}

function changeFor(fault: ProxyFault, examination: Examination): string {
  const { host, port } = examination.apiServer;
  switch (fault) {
    case "wants-credentials":
      return `Put user and password into the proxy's address (${sourceOfProxy(examination)}).`;
    case "forbids":
      return `Allow CONNECT to ${host}:${port} in the proxy; many allow port 443 alone.`;
    case "no-connection":
      return `Let the proxy reach ${host}:${port}, or put ${host} into NO_PROXY if it is near.`;
  }
}
