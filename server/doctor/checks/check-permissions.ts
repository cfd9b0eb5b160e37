/**
 * What the role allows, asked of the API server: `create` on each stream, which is always needed, and `get`, which a
 * WebSocket upgrade needs as well because it is a GET.
 */

import type { StreamSubresource } from "#protocol/subprotocol.ts";
import { selfSubjectAccessReview } from "#server/kube/api/access-review.ts";
import { KubeError } from "#server/kube/errors.ts";
import type { Examination } from "../examination.ts";
import { failed, type Outcome, ok, warning } from "../outcome.ts";

const SUBRESOURCES: readonly StreamSubresource[] = ["exec", "attach", "portforward"];

export async function checkPermissions(examination: Examination, signal: AbortSignal): Promise<Outcome> {
  const { cluster, target, pod } = examination;
  const ask = async (verb: string, subresource: StreamSubresource) => {
    const where = { namespace: target.namespace, ...(pod === undefined ? {} : { name: pod }) };
    const action = { ...where, verb, resource: "pods", subresource };
    return (await selfSubjectAccessReview(cluster, action, signal)).allowed;
  };
  try {
    await Promise.all(
      SUBRESOURCES.map(async (subresource) => {
        const create = async () => {
          if (await ask("create", subresource)) examination.mayOpen(subresource);
        };
        const get = async () => {
          if (await ask("get", subresource)) examination.mayGet.add(subresource);
        };
        await Promise.all([create(), get()]);
      }),
    );
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return failed(`The API server does not say what this role may do: ${error.message}`, {
      hop: "the API server's authorization",
      change: "Let this user create selfsubjectaccessreviews (every authenticated user may, by default).",
    });
  }
  return describe(examination);
}

function describe({ mayCreate, mayGet, target, cluster }: Examination): Outcome {
  const hop = `the role of ${cluster.user ? `user "${cluster.user}"` : "this user"} in ${target.namespace}`;
  const noCreate = SUBRESOURCES.filter((one) => !mayCreate.has(one)).map((one) => `pods/${one}`);
  const noGet = SUBRESOURCES.filter((one) => mayCreate.has(one) && !mayGet.has(one)).map(
    (one) => `pods/${one}`,
  );
  if (noCreate.length > 0) {
    const words = `This role lacks "create" on ${noCreate.join(", ")} in ${target.namespace}.`;
    const advice = { hop, change: rule(noCreate, ["create", "get"]) };
    // Terminals and ports are what Porthole is for; attach is asked for seldom.
    const serious = !mayCreate.has("exec") || !mayCreate.has("portforward");
    return serious ? failed(words, advice) : warning(words, advice);
  }
  if (noGet.length > 0) {
    return warning(
      `This role may "create" streams, but lacks "get" on ${noGet.join(", ")}: only SPDY is left.`,
      {
        hop,
        change: rule(noGet, ["get"]),
      },
    );
  }
  return ok(`"create" and "get" on ${SUBRESOURCES.map((one) => `pods/${one}`).join(", ")} are allowed.`);
}

/** As it would stand in a Role. */
function rule(resources: readonly string[], verbs: readonly string[]): string {
  const list = (items: readonly string[]) => items.map((item) => `"${item}"`).join(", ");
  return `Add to the role: {apiGroups: [""], resources: [${list(resources)}], verbs: [${list(verbs)}]}.`;
}
