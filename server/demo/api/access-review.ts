/** Self reviews: what the caller may do, and who it is. */
import type { IncomingMessage } from "node:http";
import { badRequest, noSuchPath } from "./api-error.ts";
import { parseJsonObject, readBody } from "./api-response.ts";
import { isAllowed } from "./authorization.ts";
import { decodeReview, PROTOBUF_TYPE } from "./protobuf-review.ts";
import type { ResourceRequest } from "./request-info.ts";
import type { User, UserName } from "./users.ts";

type Review = Record<string, unknown>;

const REVIEWS: Record<string, Record<string, (user: User, review: Review) => unknown>> = {
  "authorization.k8s.io": {
    selfsubjectaccessreviews: accessReview,
    selfsubjectrulesreviews: rulesReview,
  },
  "authentication.k8s.io": { selfsubjectreviews: subjectReview },
};

export function isReview(info: ResourceRequest): boolean {
  return info.version === "v1" && REVIEWS[info.group]?.[info.resource] !== undefined;
}

/**
 * The review as sent, with its status filled in. Rejects with ApiError 400 for a spec that asks nothing.
 */
export async function answerReview(
  user: User,
  info: ResourceRequest,
  request: IncomingMessage,
): Promise<Review> {
  const answer = REVIEWS[info.group]?.[info.resource];
  if (!answer) throw noSuchPath();
  const body = await readBody(request);
  const isProtobuf = request.headers["content-type"] === PROTOBUF_TYPE;
  const review = isProtobuf ? decodeReview(body) : parseJsonObject(body);
  return { ...review, metadata: { creationTimestamp: null }, status: answer(user, review) };
}

function accessReview(user: User, review: Review): unknown {
  const spec = object(review.spec);
  if (!spec) throw badRequest("spec: Required value");
  const attributes = object(spec.resourceAttributes);
  if (attributes) {
    const field = (name: string) =>
      typeof attributes[name] === "string" ? (attributes[name] as string) : "";
    const allowed = isAllowed(user, {
      verb: field("verb"),
      group: field("group"),
      resource: field("resource"),
      subresource: field("subresource"),
    });
    return { allowed, ...(allowed && { reason: bindingOf(user) }) };
  }
  const path = object(spec.nonResourceAttributes);
  if (!path) {
    throw badRequest(
      "spec.resourceAttributes: Invalid value: exactly one of resourceAttributes or nonResourceAttributes must be specified",
    );
  }
  return { allowed: user.name === "admin" || path.verb === "get" };
}

function rulesReview(user: User, review: Review): unknown {
  const namespace = object(review.spec)?.namespace;
  if (typeof namespace !== "string" || namespace === "") throw badRequest("no namespace on request");
  return {
    resourceRules: user.rules,
    nonResourceRules: [{ verbs: user.name === "admin" ? ["*"] : ["get"], nonResourceURLs: ["*"] }],
    incomplete: false,
  };
}

function subjectReview(user: User): unknown {
  return { userInfo: { username: user.name, groups: user.groups } };
}

const ROLES: Record<UserName, string> = {
  admin: "cluster-admin",
  viewer: "view",
  getter: "stream-getter",
  creator: "stream-creator",
};

function bindingOf(user: User): string {
  const role = ROLES[user.name];
  return `RBAC: allowed by ClusterRoleBinding "${role}" of ClusterRole "${role}" to User "${user.name}"`;
}

function object(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
