/**
 * The two documents of a credential plugin: KUBERNETES_EXEC_INFO, which it is given, and the ExecCredential,
 * which it prints (k8s.io/client-go pkg/apis/clientauthentication, v1 and v1beta1; both look the same here).
 */
import * as z from "zod/mini";
import { neverLog } from "#server/log.ts";
import { isObject, parseGoYaml, YamlFault } from "../config/go-yaml.ts";
import { pairFault } from "../connect/client-pair.ts";
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
  // With its line break, as kubectl writes it: a plugin may read a line.
  return `${JSON.stringify({ kind: "ExecCredential", apiVersion, spec })}\n`;
}

const shape = z.object({
  apiVersion: z.string(),
  /** Absent: it is what is asked for. */
  kind: z.nullish(z.string()),
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
  const parsed = shape.safeParse(readOutput(output, refuse));
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join(".");
    throw refuse(`printed no ExecCredential with a status${field ? ` (${field} is missing or wrong)` : ""}`);
  }
  const { kind, status, apiVersion: answered } = parsed.data;
  if ((kind || "ExecCredential") !== "ExecCredential" || answered !== apiVersion) {
    throw refuse(
      `answered with ${`${kind} ${answered}`.slice(0, 80)} instead of ExecCredential ${apiVersion}`,
    );
  }
  const { token, clientCertificateData: cert, clientKeyData: key } = status;
  if (!token && !cert && !key) throw refuse("returned neither a token nor a client certificate");
  if (Boolean(cert) !== Boolean(key))
    throw refuse("returned a client certificate without its key, or the reverse");
  if (key) neverLog(key);
  const fault = cert && key ? pairFault({ cert, key }) : undefined;
  if (fault) throw refuse(`returned a certificate that cannot be used: ${fault}`);
  const expiresAt = expiryOf(status.expirationTimestamp ?? null, refuse);
  return {
    credential: {
      authorization: token ? bearer(token, `the token of the credential plugin "${plugin}"`) : undefined,
      certificate: cert && key ? { cert, key } : undefined,
      ...{ tokenFrom: "login plugin", certificateFrom: "login plugin", renews: true },
      ...(expiresAt === null ? {} : { endsAt: expiresAt }),
    },
    expiresAt,
  };
}

/** JSON, or YAML: kubectl decodes it as it does a kubeconfig. */
function readOutput(output: string, refuse: (what: string) => KubeError): unknown {
  if (output.trim() === "") throw refuse("printed nothing");
  if (/^\s*<(!doctype|html)\b/i.test(output)) throw refuse("printed a web page instead of a credential");
  let answer: unknown;
  try {
    // What begins as JSON has to be nothing else.
    answer = /^[ \t\r\n]*\{/.test(output) ? JSON.parse(output) : parseGoYaml(output);
  } catch (error) {
    if (!(error instanceof YamlFault || error instanceof SyntaxError)) throw error;
  }
  if (answer === null || isObject(answer)) return answer;
  throw refuse("printed something that is neither JSON nor YAML");
}

/** RFC 3339, as strictly as Go. Date.parse alone would also take local times, and a 30th of February. */
function expiryOf(timestamp: string | null, refuse: (what: string) => KubeError): number | null {
  if (timestamp === null) return null;
  const [, day = "", month = ""] =
    /^(\d{4}-(\d\d)-\d\d)T\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:\d\d)$/.exec(timestamp) ?? [];
  const at = Date.parse(timestamp.replace(",", "."));
  const real = new Date(`${day}T00:00:00Z`).getUTCMonth() + 1 === Number(month);
  if (!day || Number.isNaN(at) || !real) throw refuse("returned an expirationTimestamp that is not a time");
  return at;
}
