/**
 * API servers as the rest of the server knows them: a kubeconfig context, and what one identity sees through it.
 * Credentials never leave this folder except on their way to the API server.
 */
import type { Agent, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { ConnectionOptions } from "node:tls";
import type { CredentialAction, CredentialInfo } from "#protocol/credential.ts";
import type { KubeError } from "./errors.ts";

/** Environment variables: process.env, or a test's own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The forward proxy through which an API server is reached. */
export interface ForwardProxy {
  /** Scheme, host and port; never the credentials in its address. */
  url: string;
  /** `kubeconfig`: the cluster's proxy-url. `environment`: HTTPS_PROXY or HTTP_PROXY. */
  from: "kubeconfig" | "environment";
}

export interface KubeRequest {
  method: string;
  /** Path and query below the server's base path, built by subresource-url.ts or checked by http/. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** How much json() reads of it: a list is a page of one. Absent: a review for a POST, else one object. */
  answer?: AnswerKind;
  signal?: AbortSignal;
}

export type AnswerKind = "review" | "object" | "list";

export interface KubeUpgrade {
  method: "GET" | "POST";
  /** As in KubeRequest. */
  path: string;
  /** The value of the header Upgrade. */
  protocol: "websocket" | "SPDY/3.1";
  /** Those of the protocol. A list is sent as repeated lines. */
  headers: Record<string, string | string[]>;
  signal?: AbortSignal;
}

export interface Upgraded {
  /** Not read yet; what came in the packet of the 101 is in it. */
  socket: Duplex;
  /** The head of the 101: whether it is the right one is for the protocol's side to say. */
  response: IncomingMessage;
}

/** Where a token or a certificate came from. */
export type CredentialOrigin = "kubeconfig" | "token file" | "login plugin" | "identity provider";

/** How long a credential holds, where it says so itself. */
export interface CredentialTerm {
  what: "token" | "client certificate";
  from: CredentialOrigin;
  /** Unix milliseconds, as is the next. Absent: it does not say when it begins. */
  begins?: number;
  /** Absent: it does not say when it ends. */
  ends?: number;
  /** Another one is had without anybody's help. */
  renews: boolean;
}

/** The way to an API server for checks below HTTP: no value of a header and no key can be read from it. */
export interface ConnectionFacts {
  /** Scheme, host, port and base path; ends without a slash. */
  server: URL;
  /** Trust and the client certificate, sealed in a secure context; servername, rejectUnauthorized. Empty for http:. */
  tls: ConnectionOptions;
  /** Connects as upgrades do: through the proxy when there is one, a socket of its own each time. */
  agent: Agent;
  /** The names of the headers that say who asks. */
  identifiedBy: readonly string[];
  /** How long the credential holds, where it says so itself. */
  term?: CredentialTerm;
}

/** A person, as an API server is to know them. */
export interface Identity {
  readonly user: string;
  readonly groups: readonly string[];
}

/** What is known of a kubeconfig context without asking its API server. */
export interface ClusterFacts {
  /** The context's name; the {cluster} of every URL. */
  readonly name: string;
  readonly server: string;
  readonly namespace: string;
  readonly user: string;
  /** Absent: the API server is reached without one. */
  readonly proxy?: ForwardProxy;
  /** Why the context cannot be used; every call on its Cluster then rejects with a KubeError saying the same. */
  readonly problem?: string;
}

/** The login of a context's own user: a program that may ask, wait for a person, and fail. */
export interface Login {
  /** Who asks looks on: the program then has as long as a person needs. */
  info(): CredentialInfo;
  /** Resolves when there is another version, or when the signal fires. */
  next(version: number, signal: AbortSignal): Promise<void>;
  /** A person's word. @throws KubeError INVALID */
  act(action: CredentialAction, hash: string | undefined): Promise<void>;
}

/** A kubeconfig context. It reaches no API server by itself: only as somebody. */
export interface Context extends ClusterFacts {
  /**
   * The only way to an API server for a person; null while there are no people: the context's own credential.
   * @throws KubeError CONFIG when the context has no way to act for a person
   */
  as(identity: Identity | null): Cluster;
  /** Absent: its credential comes without a program. */
  readonly login?: Login;
  /** Ends idle connections, and credential plugins that still run. */
  close(): void;
}

/** One API server as one identity sees it. */
export interface Cluster extends ClusterFacts {
  /**
   * The context, the identity and which of its credentials: whatever is remembered of an API server's answers is
   * remembered under this. Another credential of the kubeconfig's makes it another one.
   */
  readonly key: string;
  /** Fires when `key` becomes another. Absent: it never does. */
  readonly renewed?: AbortSignal;
  /**
   * One request. Resolves with the response once its head is there, whatever its code; redirects are not followed.
   * A 401 is retried once with a fresh credential. Rejects with KubeError when no answer came.
   */
  request(request: KubeRequest): Promise<IncomingMessage>;
  /** The same for a connection that becomes another protocol's. Rejects with KubeError for any answer but 101. */
  upgrade(upgrade: KubeUpgrade): Promise<Upgraded>;
  /** What an answer to request() with a code from 400 means, in words; reads its body. Never rejects. */
  refusal(answer: IncomingMessage): Promise<KubeError>;
  /** request() for JSON: reads the body up to a limit. Rejects with KubeError (with the Status) on codes >= 400. */
  json<T>(request: KubeRequest): Promise<T>;
  /** What requests and upgrades stand on. Has the credential at hand: runs a plugin when needed. Rejects with KubeError. */
  connection(): Promise<ConnectionFacts>;
}

/** A kubeconfig that cannot be read now: what was read of it last still counts. */
export interface UnreadKubeconfig {
  /** Unix milliseconds. */
  since: number;
  /** Which file, and why. */
  problem: string;
}

/** Every context, usable or not, in the kubeconfig's order. What is in it changes when the kubeconfig does. */
export interface ClusterRegistry {
  list(): Context[];
  get(name: string): Context | undefined;
  /** The context that is meant when none is named; null when the kubeconfig does not say. */
  readonly current: string | null;
  /** Why there is no current one, in words; absent when there is. */
  readonly noCurrent?: string;
  readonly unread?: UnreadKubeconfig;
  /** KUBECONFIG names files that are not there, and so there are no contexts: which, and what to do. */
  readonly missing?: string;
}
