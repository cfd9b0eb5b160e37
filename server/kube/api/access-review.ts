/**
 * What the cluster's credential may do, asked of the API server itself (SelfSubjectAccessReview). Asked by us before
 * every stream and while it lives, because older API servers let `get` open a WebSocket exec (threats.md A16).
 */
import type { AccessInfo, Verdict } from "#protocol/api.ts";
import { KubeError } from "../errors.ts";
import { requireName } from "../names.ts";
import type { Cluster } from "../types.ts";

const REVIEW_PATH = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

export interface ResourceAction {
  /** "" is all namespaces, or a resource that is in none. */
  namespace: string;
  verb: string;
  /** "" is the core group. */
  group?: string;
  resource: string;
  subresource?: string;
  /** Absent: any. */
  name?: string;
}

interface SelfSubjectAccessReview {
  status?: { allowed?: boolean; denied?: boolean; reason?: string; evaluationError?: string };
}

/**
 * Only a clear yes is a yes.
 * @param signal gives the question up
 * @throws KubeError when the API server does not answer the question
 */
export async function selfSubjectAccessReview(
  cluster: Cluster,
  action: ResourceAction,
  signal?: AbortSignal,
): Promise<{ allowed: boolean; reason: string }> {
  const { status } = await cluster.json<SelfSubjectAccessReview>({
    method: "POST",
    path: REVIEW_PATH,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      kind: "SelfSubjectAccessReview",
      apiVersion: "authorization.k8s.io/v1",
      spec: { resourceAttributes: { ...action, group: action.group ?? "" } },
    }),
    signal,
  });
  if (typeof status?.allowed !== "boolean") {
    throw new KubeError("BAD_ANSWER", "The API server's answer to an access review has no verdict.");
  }
  const allowed = status.allowed && status.denied !== true;
  return {
    allowed,
    reason: [status.reason, status.evaluationError].find((one) => typeof one === "string" && one) ?? "",
  };
}

/**
 * The verdict in words.
 * @throws KubeError
 */
export async function reviewVerdict(
  cluster: Cluster,
  action: ResourceAction,
  signal?: AbortSignal,
): Promise<Verdict> {
  const { allowed, reason } = await selfSubjectAccessReview(cluster, action, signal);
  if (allowed) return { allowed };
  const what = action.subresource ? `${action.resource}/${action.subresource}` : action.resource;
  const who = cluster.user ? ` (user "${cluster.user}")` : "";
  const why = reason ? ` The cluster says: ${reason}` : "";
  const where = action.namespace ? `in ${action.namespace}` : "at the cluster scope";
  return { allowed, reason: `You may not ${action.verb} ${what} ${where}${who}.${why}` };
}

/** What the pages show as possible or not in a namespace. Throws KubeError. */
export async function accessInfo(
  cluster: Cluster,
  namespace: string,
  signal?: AbortSignal,
): Promise<AccessInfo> {
  requireName("namespace", namespace);
  const ask = (verb: string, subresource: string) =>
    reviewVerdict(cluster, { namespace, verb, resource: "pods", subresource }, signal);
  const [exec, attach, portforward, log] = await Promise.all([
    ask("create", "exec"),
    ask("create", "attach"),
    ask("create", "portforward"),
    ask("get", "log"),
  ]);
  return { exec, attach, portforward, log };
}
