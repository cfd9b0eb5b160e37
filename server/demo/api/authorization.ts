/** What the users of the demo API server may do, and its refusals. */
import { ApiError } from "./api-error.ts";
import type { RequestInfo, ResourceRequest } from "./request-info.ts";
import type { User } from "./users.ts";

export interface ResourceAttributes {
  verb: string;
  group: string;
  resource: string;
  subresource: string;
}

/** RBAC: any rule that matches allows, and none denies. */
export function isAllowed(user: User, attributes: ResourceAttributes): boolean {
  const { verb, group } = attributes;
  const resource =
    attributes.subresource === "" ? attributes.resource : `${attributes.resource}/${attributes.subresource}`;
  const has = (list: readonly string[], value: string) => list.includes("*") || list.includes(value);
  return user.rules.some(
    (rule) => has(rule.verbs, verb) && has(rule.apiGroups, group) && has(rule.resources, resource),
  );
}

/** @throws ApiError 403 in the words of k8s.io/apiserver pkg/endpoints/handlers/responsewriters */
export function authorize(user: User, info: RequestInfo): void {
  if (info.kind === "path") {
    if (info.verb === "get") return;
    throw forbidden(`User "${user.name}" cannot ${info.verb} path "${info.path}"`, info.path, "");
  }
  if (isAllowed(user, info)) return;
  const resource = info.subresource === "" ? info.resource : `${info.resource}/${info.subresource}`;
  const where = info.namespace === "" ? "at the cluster scope" : `in the namespace "${info.namespace}"`;
  throw forbidden(
    `User "${user.name}" cannot ${info.verb} resource "${resource}" in API group "${info.group}" ${where}`,
    info.name,
    info.resource,
  );
}

/**
 * A GET upgrade of a stream needs `create` as well, whatever the method says: the reason is the authorizer's, and
 * RBAC gives none (kubernetes pkg/registry/core/pod/rest/authorize.go).
 * @throws ApiError 403
 */
export function authorizeCreate(user: User, info: ResourceRequest): void {
  if (!isAllowed(user, { ...info, verb: "create" })) throw forbidden("", info.name, info.resource);
}

function forbidden(reason: string, name: string, kind: string): ApiError {
  const subject = kind === "" ? "" : name === "" ? `${kind} is ` : `${kind} "${name}" is `;
  return new ApiError("Forbidden", `${subject}forbidden: ${reason}`, { name, kind });
}
