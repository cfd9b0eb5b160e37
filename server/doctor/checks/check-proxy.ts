/**
 * The forward proxy that the kubeconfig or the environment names: whether it connects to the API server. What stands
 * in front of the API server itself (a reverse proxy) shows later, in the answers.
 */
import { KubeError } from "#server/kube/errors.ts";
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
    const words = error.message;
    if (!words.toLowerCase().includes(`the proxy ${proxy.host}`)) return ok(`${named} connects.`);
    return failed(words, {
      hop: `${proxy.name} → ${apiServer.name}`,
      change: changeFor(words, examination),
      configuration: CONFIGURATIONS.forward,
    });
  }
  return ok(`${named} connects to ${apiServer.name}.`);
}

function changeFor(words: string, examination: Examination): string {
  const { apiServer } = examination;
  if (/\b407\b|user name and password/.test(words)) {
    return `Put user and password into the proxy's address (${sourceOfProxy(examination)}).`;
  }
  if (/\b(403|405)\b/.test(words)) {
    return `Allow CONNECT to ${apiServer.host}:${apiServer.port} in the proxy; many allow port 443 alone.`;
  }
  return `Let the proxy reach ${apiServer.host}:${apiServer.port}, or put ${apiServer.host} into NO_PROXY if it is near.`;
}
