/**
 * API servers as the rest of the server knows them: a kubeconfig context, and what one identity sees through it.
 * Credentials never leave this folder except inside `UpstreamOptions` on their way to the socket.
 */
import type { Agent, IncomingMessage } from "node:http";
import type { ConnectionOptions } from "node:tls";

/** Environment variables: process.env, or a test's own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What one HTTP request or upgrade to the API server needs beside its path. */
export interface UpstreamOptions {
  /** Scheme, host, port and base path of the API server; ends without a slash. */
  server: URL;
  /** Authorization and impersonation headers, fresh. A list is sent as repeated lines (Impersonate-Group). */
  headers: Record<string, string | string[]>;
  /** Client certificate, CA, servername, rejectUnauthorized. Empty for http:. */
  tls: ConnectionOptions;
  /** Connects, through the proxy when there is one. `keepAlive` for requests, `upgrade` never reuses a socket. */
  agents: { keepAlive: Agent; upgrade: Agent };
}

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
  signal?: AbortSignal;
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
  readonly current: boolean;
  /** Absent: the API server is reached without one. */
  readonly proxy?: ForwardProxy;
  /** Why the context cannot be used; every call on its Cluster then rejects with a KubeError saying the same. */
  readonly problem?: string;
}

/** A kubeconfig context. It reaches no API server by itself: only as somebody. */
export interface Context extends ClusterFacts {
  /**
   * The only way to an API server for a person; null while there are no people: the context's own credential.
   * @throws KubeError CONFIG when the context has no way to act for a person
   */
  as(identity: Identity | null): Cluster;
  /** Ends idle connections. */
  close(): void;
}

/** One API server as one identity sees it. */
export interface Cluster extends ClusterFacts {
  /** The context and the identity: whatever is remembered of an API server's answers is remembered under this. */
  readonly key: string;
  /** Fresh options for one request or upgrade. Runs a credential plugin when needed. Rejects with KubeError. */
  upstream(): Promise<UpstreamOptions>;
  /** A 401 came: the next upstream() must not use the same cached credential. */
  invalidateCredentials(): void;
  /**
   * One request. Resolves with the response once its head is there, whatever its code; redirects are not followed.
   * A 401 is retried once with a fresh credential. Rejects with KubeError when no answer came.
   */
  request(request: KubeRequest): Promise<IncomingMessage>;
  /** request() for JSON: reads the body up to a limit. Rejects with KubeError (with the Status) on codes >= 400. */
  json<T>(request: KubeRequest): Promise<T>;
}

/** Every context, usable or not, in the kubeconfig's order. */
export interface ClusterRegistry {
  list(): Context[];
  get(name: string): Context | undefined;
}
