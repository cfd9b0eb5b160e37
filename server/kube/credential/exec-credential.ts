/**
 * The two JSON documents of a credential plugin: KUBERNETES_EXEC_INFO, which it is given, and the ExecCredential,
 * which it prints (k8s.io/client-go pkg/apis/clientauthentication, v1 and v1beta1; both look the same here).
 */
import * as z from "zod/mini";
import { neverLog } from "#server/log.ts";
import { KubeError } from "../errors.ts";
import { bearer, type Credential } from "./credentials.ts";

export const EXEC_API_VERSIONS: readonly string[] = [
  "client.authentication.k8s.io/v1",
  "client.authentication.k8s.io/v1beta1",
];

/** `spec.cluster`, for plugins that ask for it; the names are the API's. */
export interface ExecCluster {
  server: string;
  "tls-server-name"?: string;
  "insecure-skip-tls-verify"?: boolean;
  /** Base64 of PEM. */
  "certificate-authority-data"?: string;
  "proxy-url"?: string;
  "disable-compression"?: boolean;
  /** The cluster's extension `client.authentication.k8s.io/exec`, as it is. */
  config?: unknown;
}

export function execInfo(apiVersion: string, cluster: ExecCluster | undefined): string {
  const spec = cluster ? { cluster, interactive: false } : { interactive: false };
  return JSON.stringify({ kind: "ExecCredential", apiVersion, spec });
}

const shape = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  status: z.object({
    expirationTimestamp: z.nullish(z.string()),
    token: z.nullish(z.string()),
    clientCertificateData: z.nullish(z.string()),
    clientKeyData: z.nullish(z.string()),
  }),
});

export interface PluginCredential {
  credential: Credential;
  /** Unix milliseconds; null: until the API server refuses it. */
  expiresAt: number | null;
}

/** @throws KubeError CREDENTIAL; never with text of the output, which holds the secret */
export function parseExecCredential(output: string, apiVersion: string, plugin: string): PluginCredential {
  const refuse = (what: string) => new KubeError("CREDENTIAL", `The credential plugin "${plugin}" ${what}.`);
  let json: unknown;
  try {
    json = JSON.parse(output);
  } catch {
    throw refuse(output.trim() === "" ? "printed nothing" : "printed something that is not JSON");
  }
  const parsed = shape.safeParse(json);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join(".");
    throw refuse(`printed no ExecCredential with a status${field ? ` (${field} is missing or wrong)` : ""}`);
  }
  const { kind, status, apiVersion: answered } = parsed.data;
  if (kind !== "ExecCredential" || answered !== apiVersion) {
    throw refuse(
      `answered with ${`${kind} ${answered}`.slice(0, 80)} instead of ExecCredential ${apiVersion}`,
    );
  }
  const { token, clientCertificateData: cert, clientKeyData: key } = status;
  if (!token && !cert && !key) throw refuse("returned neither a token nor a client certificate");
  if (Boolean(cert) !== Boolean(key))
    throw refuse("returned a client certificate without its key, or the reverse");
  if (key) neverLog(key);
  return {
    credential: {
      authorization: token ? bearer(token, `the token of the credential plugin "${plugin}"`) : undefined,
      certificate: cert && key ? { cert, key } : undefined,
    },
    expiresAt: status.expirationTimestamp ? expiryOf(status.expirationTimestamp, refuse) : null,
  };
}

function expiryOf(timestamp: string, refuse: (what: string) => KubeError): number {
  // RFC 3339. Date.parse alone would also take "tomorrow"-like local formats.
  const at = /^\d{4}-\d\d-\d\dT/i.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(at)) throw refuse("returned an expirationTimestamp that is not a time");
  return at;
}
