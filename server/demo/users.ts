/** Who calls the demo API server, and what they may do: two users, each with one bearer token. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { ApiError, unauthorized } from "./api-error";
import type { RequestInfo } from "./request-info";

export interface User {
  name: "admin" | "viewer";
  groups: readonly string[];
  rules: readonly Rule[];
}

/** An RBAC rule; a subresource is written `pods/exec`. */
export interface Rule {
  verbs: readonly string[];
  apiGroups: readonly string[];
  resources: readonly string[];
}

export interface ResourceAttributes {
  verb: string;
  group: string;
  resource: string;
  subresource: string;
}

export interface Tokens {
  admin: string;
  viewer: string;
}

const READ = ["get", "list", "watch"];

const SELF_REVIEWS: readonly Rule[] = [
  {
    verbs: ["create"],
    apiGroups: ["authorization.k8s.io"],
    resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
  },
  { verbs: ["create"], apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"] },
];

const ADMIN: User = {
  name: "admin",
  groups: ["system:masters", "system:authenticated"],
  rules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }],
};

const VIEWER: User = {
  name: "viewer",
  groups: ["system:authenticated"],
  rules: [
    { verbs: READ, apiGroups: [""], resources: ["pods", "namespaces", "nodes", "services", "events"] },
    { verbs: ["get"], apiGroups: [""], resources: ["pods/log"] },
    { verbs: READ, apiGroups: ["apps"], resources: ["deployments", "replicasets", "statefulsets"] },
    { verbs: READ, apiGroups: ["batch"], resources: ["jobs"] },
    ...SELF_REVIEWS,
  ],
};

/** How a browser sends a token: base64url in a subprotocol beside a real one (protocol.md 1.8). */
const BEARER_SUBPROTOCOL = "base64url.bearer.authorization.k8s.io.";

export class Authenticator {
  readonly #users: readonly { digest: Buffer; user: User }[];

  constructor(tokens: Tokens) {
    this.#users = [
      { digest: sha256(tokens.admin), user: ADMIN },
      { digest: sha256(tokens.viewer), user: VIEWER },
    ];
  }

  /** @throws ApiError 401 */
  authenticate(headers: IncomingHttpHeaders): User {
    const token = bearerToken(headers);
    if (token !== null) {
      const digest = sha256(token);
      // Digests have one length and are compared in constant time: timing tells nothing of a token.
      const match = this.#users.find((entry) => timingSafeEqual(entry.digest, digest));
      if (match) return match.user;
    }
    throw unauthorized();
  }
}

/**
 * The token of the Authorization header, or of the bearer subprotocol, which is then taken out of the offer
 * so that it is never negotiated.
 */
function bearerToken(headers: IncomingHttpHeaders): string | null {
  const header = /^Bearer (\S+)$/i.exec(headers.authorization ?? "");
  if (header) return header[1]!;
  const offer = headers["sec-websocket-protocol"]?.split(",").map((name) => name.trim()) ?? [];
  const bearers = offer.filter((name) => name.startsWith(BEARER_SUBPROTOCOL));
  const others = offer.filter((name) => !name.startsWith(BEARER_SUBPROTOCOL));
  if (bearers.length !== 1 || others.length === 0) return null;
  headers["sec-websocket-protocol"] = others.join(", ");
  return Buffer.from(bearers[0]!.slice(BEARER_SUBPROTOCOL.length), "base64url").toString("utf8");
}

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

function forbidden(reason: string, name: string, kind: string): ApiError {
  const subject = kind === "" ? "" : name === "" ? `${kind} is ` : `${kind} "${name}" is `;
  return new ApiError("Forbidden", `${subject}forbidden: ${reason}`, { name, kind });
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
