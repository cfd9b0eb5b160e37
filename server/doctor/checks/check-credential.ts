/** Whether the API server knows who we are: a self review (1.28), or any review at all where there is none. */
import { selfSubjectAccessReview } from "#server/kube/api/access-review.ts";
import { KubeError } from "#server/kube/errors.ts";
import type { Examination } from "../examination.ts";
import { failed, type Outcome, ok, warning } from "../outcome.ts";
import { CONFIGURATIONS } from "../ready-configurations.ts";
import { certificateTime } from "./certificate-time.ts";

const REVIEW_PATH = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const HTTP_UNAUTHORIZED = 401;
const HTTP_NOT_FOUND = 404;
/** The user of requests that carry no credential, or one that got lost (apiserver user.Anonymous). */
const ANONYMOUS = "system:anonymous";
const MAX_NAME_CHARS = 120;

interface SelfSubjectReview {
  status?: { userInfo?: { username?: unknown } };
}

export async function checkCredential(examination: Examination, signal: AbortSignal): Promise<Outcome> {
  const { cluster } = examination;
  const hop = `${cluster.user ? `the user "${cluster.user}" of the kubeconfig` : "the kubeconfig"} → the API server`;
  const expiry = certificateExpiry(examination);
  try {
    const name = await whoAmI(examination, signal);
    if (name === ANONYMOUS) return anonymous(examination, hop);
    const words = name
      ? `The API server knows this credential as "${name}".`
      : "The API server takes this credential.";
    if (!expiry?.soon) return ok(`${words}${expiry ? ` ${expiry.words}` : ""}`);
    return warning(`${words} ${expiry.words}`, { hop, change: "Renew the client certificate." });
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const refused = error.httpStatus === HTTP_UNAUTHORIZED;
    if (!refused && error.httpStatus !== undefined) {
      return warning(`The API server did not say who we are: ${error.message}`, { hop });
    }
    return failed(`${error.message}${expiry ? ` ${expiry.words}` : ""}`, {
      hop,
      change: refused
        ? "Log in to the cluster again (kubectl must work with the same context), or renew the token or certificate of this user."
        : "Look at the API server: it answered before, and not now.",
    });
  }
}

/** "" when the API server took the credential and does not tell names. */
async function whoAmI({ cluster, target }: Examination, signal: AbortSignal): Promise<string> {
  try {
    const review = await cluster.json<SelfSubjectReview>({
      method: "POST",
      path: REVIEW_PATH,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ kind: "SelfSubjectReview", apiVersion: "authentication.k8s.io/v1" }),
      signal,
    });
    const name = review.status?.userInfo?.username;
    return typeof name === "string" ? name.slice(0, MAX_NAME_CHARS) : "";
  } catch (error) {
    if (!(error instanceof KubeError && error.httpStatus === HTTP_NOT_FOUND)) throw error;
    const question = { namespace: target.namespace, verb: "get", resource: "pods" };
    await selfSubjectAccessReview(cluster, question, signal);
    return "";
  }
}

function anonymous({ connection, handshake, betweenName }: Examination, hop: string): Outcome {
  const words = `Requests arrive at the API server without a credential ("${ANONYMOUS}").`;
  if (handshake?.tls?.clientCertificate) {
    return failed(words, {
      hop,
      change: `A client certificate cannot pass ${betweenName} that ends TLS: use a token, or let TLS pass through.`,
      configuration: CONFIGURATIONS.any,
    });
  }
  const sent = connection?.identifiedBy.includes("Authorization");
  return failed(words, {
    hop,
    change: sent
      ? `Let ${betweenName} pass the Authorization header on.`
      : "Give the context a user with a token, a certificate or a credential plugin.",
    ...(sent ? { configuration: CONFIGURATIONS.any } : {}),
  });
}

function certificateExpiry({ handshake }: Examination): { words: string; soon: boolean } | null {
  const certificate = handshake?.tls?.clientCertificate;
  if (!certificate) return null;
  const { day, daysLeft, endsSoon } = certificateTime(certificate);
  const words =
    daysLeft < 0
      ? `The client certificate ended on ${day}.`
      : `The client certificate is valid until ${day}.`;
  return { words, soon: endsSoon };
}
