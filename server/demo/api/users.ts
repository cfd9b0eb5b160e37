/**
 * Who calls the demo API server: four users, each with one bearer token and rules of their own. The getter and the
 * creator have one verb each on the streams, because a WebSocket upgrade is a GET and a SPDY one a POST.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { unauthorized } from "./api-error.ts";

export const USER_NAMES = ["admin", "viewer", "getter", "creator"] as const;
export type UserName = (typeof USER_NAMES)[number];

export interface User {
  readonly name: UserName;
  readonly groups: readonly string[];
  rules: readonly Rule[];
}

export type Users = Readonly<Record<UserName, User>>;

/** An RBAC rule; a subresource is written `pods/exec`. */
export interface Rule {
  verbs: readonly string[];
  apiGroups: readonly string[];
  resources: readonly string[];
}

export type Tokens = Record<UserName, string>;

/** The context by which kubeconfigs and Porthole know the cluster as this user. */
export function contextOf(user: UserName): string {
  return user === "admin" ? "demo" : `demo-${user}`;
}

const READ = ["get", "list", "watch"];

/** What everybody may ask about themselves, whatever else they may (the ClusterRole system:basic-user). */
export const SELF_REVIEWS: readonly Rule[] = [
  {
    verbs: ["create"],
    apiGroups: ["authorization.k8s.io"],
    resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
  },
  { verbs: ["create"], apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"] },
];

const READS: readonly Rule[] = [
  { verbs: READ, apiGroups: [""], resources: ["pods", "namespaces", "nodes", "services", "events"] },
  { verbs: ["get"], apiGroups: [""], resources: ["pods/log"] },
  { verbs: READ, apiGroups: ["apps"], resources: ["deployments", "replicasets", "statefulsets"] },
  { verbs: READ, apiGroups: ["batch"], resources: ["jobs"] },
  ...SELF_REVIEWS,
];

const streams = (verb: string): Rule => ({
  verbs: [verb],
  apiGroups: [""],
  resources: ["pods/exec", "pods/attach", "pods/portforward"],
});

const PEOPLE = ["system:authenticated"];

export const USERS: Users = {
  admin: {
    name: "admin",
    groups: ["system:masters", ...PEOPLE],
    rules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }],
  },
  viewer: { name: "viewer", groups: PEOPLE, rules: READS },
  getter: { name: "getter", groups: PEOPLE, rules: [...READS, streams("get")] },
  creator: { name: "creator", groups: PEOPLE, rules: [...READS, streams("create")] },
};

/** How a browser sends a token: base64url in a subprotocol beside a real one (protocol.md 1.8). */
const BEARER_SUBPROTOCOL = "base64url.bearer.authorization.k8s.io.";

export class Authenticator {
  readonly #users: readonly { digest: Buffer; user: User }[];

  constructor(tokens: Tokens, users: Users) {
    this.#users = USER_NAMES.map((name) => ({ digest: sha256(tokens[name]), user: users[name] }));
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

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
