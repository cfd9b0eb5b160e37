/**
 * The shapes of Porthole's own JSON API (/api/...). Errors are Kubernetes Status JSON on every endpoint.
 * Times are Unix milliseconds.
 */
import type { TranslatedAt } from "./session-event.ts";
import type { Ending } from "./status.ts";
import type { EndCause, FallbackCode } from "./stream-end.ts";
import type { StreamSubresource } from "./subprotocol.ts";

/** `GET /api/session` answers this to who is signed in. */
export interface LoginInfo {
  version: string;
  /** `demo`: the embedded cluster; `laptop`: a kubeconfig. */
  mode: "demo" | "laptop";
  /** Of the embedded cluster: how its containers are kept apart, in words. */
  demo?: { isolation: string };
  /** The origin previews live under, for display: `http://p-<id>.localhost:7654`. Null: previews are off. */
  previewOrigin: string | null;
  /** Whether a forward may have a TCP port of the machine Porthole runs on: only where that is the person's own. */
  localPorts: boolean;
}

/** `POST /api/login` {token}. */
export interface LoginAnswer extends LoginInfo {
  /** Who has it is signed in: it goes as the header KEY_HEADER with every request, and is answered this once. */
  key: string;
}

/** `POST /api/links`, of a machine: what opens one browser, once, as the printed link does. */
export interface LaunchLink {
  url: string;
  expiresAt: number;
}

/** Header that carries LoginAnswer.key. A page on another origin can neither read the key nor send the header. */
export const KEY_HEADER = "x-porthole-key";

/** `GET /api/clusters`: what the kubeconfig says now; it is read again whenever it changes. */
export interface ClusterList {
  clusters: ClusterInfo[];
  /** Why none of them is the current one, in words; a person has to say which is meant. */
  noCurrent?: string;
  /** The kubeconfig cannot be read at the moment; the list is what was last read of it. */
  unread?: { since: number; problem: string };
  /** KUBECONFIG names files that are not there, so there are no contexts of it: which, in words. */
  missing?: string;
}

/** One context of the kubeconfig, usable or not. */
export interface ClusterInfo {
  /** The context's name. */
  name: string;
  /** `/clusters/{cluster}`: below it is the API; cluster-segment.ts says how a name stands in a path. */
  path: string;
  /** Address of the API server, without credentials. */
  server: string;
  /** The context's namespace, or "default". */
  namespace: string;
  /** The kubeconfig's user entry, for display. */
  user: string;
  /** The kubeconfig's current-context, or the demo cluster. */
  current: boolean;
  /** A program of the kubeconfig logs in (protocol/credential.ts). */
  login?: true;
  /** Why the context cannot be used, in words; absent when it can. */
  problem?: string;
}

/** `GET /api/clusters/{cluster}/health`: one request to the API server's /version. */
export interface ClusterHealth {
  reachable: boolean;
  /** gitVersion, for example v1.36.4. */
  version?: string;
  latencyMs?: number;
  /** In words, when not reachable or refused. */
  problem?: string;
  /** The HTTP code behind the problem, when there is one. */
  code?: number;
  /** When the credential ends, where it says so itself (a JWT, a client certificate). Unix milliseconds. */
  credentialExpiresAt?: number;
  /** What a person should know of that now: it has expired, or soon will and nothing renews it. */
  credentialWords?: string;
}

/**
 * `GET /api/clusters/{cluster}/access?namespace=N`: what the credential may do in a namespace (self access reviews).
 */
export interface AccessInfo {
  exec: Verdict;
  attach: Verdict;
  portforward: Verdict;
  log: Verdict;
}

/** `GET /api/clusters/{cluster}/pod-namespaces`: where pods may be listed, of the first hundred namespaces. */
export interface PodNamespaces {
  /** At the cluster's scope: then the lists are empty. */
  all: boolean;
  namespaces: string[];
  /** Those that were asked about and are not among them. */
  refused: string[];
}

export interface Verdict {
  allowed: boolean;
  /** In words, with the verb and the resource that is missing; absent when allowed. */
  reason?: string;
}

/** Body of `POST /api/sessions`. */
export interface SessionRequest {
  cluster: string;
  namespace: string;
  pod: string;
  /** Absent: the API server takes the default container, or says that one must be named. */
  container?: string;
  /** argv; absent: the best shell of the container, found once. */
  command?: string[];
  /** Instead of a command: a shell by name or path, for example `/bin/sh`, `bash` or `powershell`. */
  shell?: string;
  /** Instead of a command: the container's main process. Detaching leaves it running. */
  attach?: boolean;
  /** Of an attach: what the container was given (`stdin`, `tty` in the pod's spec); absent: neither. */
  stdin?: boolean;
  tty?: boolean;
  cols: number;
  rows: number;
}

/** A terminal session: `POST /api/sessions` (201), `GET /api/sessions` -> {sessions}, `GET /api/sessions/{id}`. */
export interface SessionInfo {
  id: string;
  cluster: string;
  namespace: string;
  pod: string;
  container?: string;
  /** argv; empty for an attach. */
  command: string[];
  /** There when the command is one that a person named, and no shell. */
  run?: "command";
  /** There when it is attached to the container's main process, and with what. */
  attach?: { stdin: boolean; tty: boolean };
  startedAt: number;
  viewers: number;
  /** Null while it runs. */
  ending: Ending | null;
}

/** `POST /api/sessions` answers the session and the ticket for its first stream. */
export interface SessionCreated extends SessionInfo {
  ticket: string;
}

/** `POST /api/tickets` {path}: one WebSocket to exactly that path, within 30 s, once. */
export interface TicketInfo {
  ticket: string;
  expiresAt: number;
}

/** One stream to an API server, open or ended, or a dial that failed: `GET /api/streams` -> {streams: StreamDetails[]}, newest first. */
export interface StreamDetails {
  id: number;
  cluster: string;
  namespace: string;
  pod: string;
  subresource: StreamSubresource;
  /** What the client speaks; null for Porthole's own sessions and forwards. */
  downstream: string | null;
  /** What was negotiated with the API server; null when the dial failed. */
  upstream: string | null;
  transport: "websocket" | "spdy" | null;
  /** Why it is not the best way, in words; absent when it is. */
  fallback?: string;
  fallbackCode?: FallbackCode;
  translatedAt: TranslatedAt | null;
  handshakeMs: number | null;
  /** From the open stream to the first byte of output; null while there was none. */
  firstByteMs: number | null;
  rttMs: number | null;
  bytesUp: number;
  bytesDown: number;
  /** Of each channel of an exec or attach; null for a port-forward, whose SPDY bytes are counted as a whole. */
  channels: ChannelBytes | null;
  dialledAt: number;
  /** Null when the dial failed. */
  openedAt: number | null;
  /** Null while it is open. */
  endedAt: number | null;
  /** Who closed it and why, in words; null while it is open. */
  ended: string | null;
  /** The same for programs. */
  endCause: EndCause | null;
}

export interface ChannelBytes {
  stdin: number;
  stdout: number;
  stderr: number;
  error: number;
  resize: number;
}

/** Body of `POST /api/forwards`. */
export interface ForwardRequest {
  cluster: string;
  namespace: string;
  /** "Pod" to begin with; Service and workloads resolve to a ready pod. */
  kind: string;
  name: string;
  port: number;
  /** Laptop mode: also open a TCP port on 127.0.0.1 and answer it as `local`. */
  listen?: boolean;
}

export type ForwardState =
  /** Nothing was asked of it yet, or the last request was served. */
  | "ready"
  /** A tunnel is being dialled. */
  | "connecting"
  /** The last attempt failed; `problem` says how. The next request tries again. */
  | "failing";

/** One request through a forward, newest first in ForwardInfo.recent. */
export interface ForwardHit {
  at: number;
  method: string;
  path: string;
  /** 0 while it runs. */
  status: number;
  ms: number;
  bytes: number;
}

/** A pod's port in the browser: `POST /api/forwards` (201), `GET /api/forwards` -> {forwards}, `GET|DELETE /api/forwards/{id}`. */
export interface ForwardInfo {
  id: string;
  cluster: string;
  namespace: string;
  kind: string;
  name: string;
  port: number;
  /** The forward's own origin, ending in a slash. Null when previews are off. */
  url: string | null;
  /** `127.0.0.1:15432` when a TCP port was asked for. */
  local: string | null;
  state: ForwardState;
  problem?: string;
  /** The pod that serves it now. */
  pod: string | null;
  tunnels: number;
  /** Subrequests open now. */
  connections: number;
  bytesIn: number;
  bytesOut: number;
  createdAt: number;
  recent: ForwardHit[];
}

/** `POST /api/forwards/{id}/open` {path?}: a link that signs this browser in on the forward's origin, once, within 60 s. */
export interface ForwardLink {
  /** The code is in the fragment: it reaches neither a log nor a Referer. */
  url: string;
}
