/**
 * Porthole running in a pod: the service account's mounted token, CA and namespace, and the API server's address from
 * the environment (k8s.io/client-go rest/config.go InClusterConfig). The token is replaced about every hour.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import { ApiContext } from "../api/api-context.ts";
import { parseServer } from "../connect/server-url.ts";
import { UserCredential } from "../credential/credentials.ts";
import { WatchedFile } from "../credential/watched-file.ts";
import type { Environment } from "../types.ts";

const SERVICE_ACCOUNT_DIR = "/var/run/secrets/kubernetes.io/serviceaccount";
export const IN_CLUSTER_NAME = "in-cluster";

/** What a pod lacks to speak for its service account, as a sentence; null: nothing, or this is no pod. */
export function lackOfPod(env: Environment, dir: string = SERVICE_ACCOUNT_DIR): string | null {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host) return null;
  if (!port) return "This is a pod without KUBERNETES_SERVICE_PORT.";
  const tokenFile = join(dir, "token");
  if (existsSync(tokenFile)) return null;
  return `This is a pod whose service account token is not mounted (${tokenFile}): see automountServiceAccountToken.`;
}

/** Null when this is no pod with a service account. */
export async function inCluster(
  env: Environment,
  dir: string = SERVICE_ACCOUNT_DIR,
): Promise<ApiContext | null> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  const tokenFile = join(dir, "token");
  const caFile = join(dir, "ca.crt");
  if (!host || !port || !existsSync(tokenFile)) return null;
  const file = await readFile(join(dir, "namespace"), "utf8").catch(() => "");
  return new ApiContext({
    name: IN_CLUSTER_NAME,
    server: parseServer(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`).url,
    namespace: env.POD_NAMESPACE || file.trim() || undefined,
    user: "service account",
    credential: new UserCredential({ tokenFile: new WatchedFile(tokenFile, "The service account token") }),
    tls: { ca: new WatchedFile(caFile, "The certificate authority file") },
    files: [tokenFile, caFile],
  });
}
