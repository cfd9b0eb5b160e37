/** The `auth-provider` of a user entry. Only `oidc` is left of kubectl's; those that are gone name their successor. */

import { neverLog } from "#server/log.ts";
import { authoritiesIn } from "../connect/authorities.ts";
import { parseServer } from "../connect/server-url.ts";
import { OidcClient } from "../credential/oidc-exchange.ts";
import { type KeepTokens, OidcCredential } from "../credential/oidc-token.ts";
import { KubeError } from "../errors.ts";
import type { Environment } from "../types.ts";
import type { UserEntry } from "./kubeconfig.ts";
import { pemSource } from "./pem-source.ts";

/** What took the place of the auth providers that Kubernetes removed. */
const SUCCESSORS: Record<string, string> = {
  gcp: "gke-gcloud-auth-plugin",
  azure: "kubelogin (azure)",
};

export type AuthProvider = NonNullable<UserEntry["auth-provider"]>;

/** @throws KubeError CONFIG, for what client-go refuses */
export function oidcCredential(
  { name, config }: AuthProvider,
  env: Environment,
  keep: KeepTokens | undefined,
): OidcCredential {
  if (name !== "oidc") throw refusal(name ?? "");
  const {
    "idp-issuer-url": issuer,
    "client-id": clientId,
    "client-secret": clientSecret = "",
    ...rest
  } = config ?? {};
  if (!issuer) throw new KubeError("CONFIG", "its auth-provider oidc has no idp-issuer-url");
  if (!clientId) throw new KubeError("CONFIG", "its auth-provider oidc has no client-id");
  parseServer(issuer);
  neverLog(clientSecret);
  const field = "idp-certificate-authority";
  const ca = pemSource(rest[`${field}-data`] ? null : rest[field], rest[`${field}-data`], field);
  if (ca?.pem !== undefined) authoritiesIn(ca.pem, `${field}-data`);
  const client = new OidcClient({ issuer, clientId, clientSecret, ca: ca?.source }, env);
  const tokens = {
    ...(rest["id-token"] ? { idToken: rest["id-token"] } : {}),
    ...(rest["refresh-token"] ? { refreshToken: rest["refresh-token"] } : {}),
  };
  return new OidcCredential(tokens, client, keep);
}

function refusal(name: string): KubeError {
  const successor = Object.hasOwn(SUCCESSORS, name) ? SUCCESSORS[name] : undefined;
  const why = successor
    ? `which Kubernetes replaced by a credential plugin; use ${successor} instead`
    : "which is not among those that Kubernetes has (oidc)";
  return new KubeError("CONFIG", `it logs in with the auth-provider "${name}", ${why}`);
}
