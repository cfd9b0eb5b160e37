/**
 * One usable context: requests leave from here with a fresh credential, through the right agent, to the configured
 * host and nowhere else. Streams take upstream() and dial by themselves (next hop: server/stream).
 */
import { existsSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import type { ConnectionOptions } from "node:tls";
import type { Headers } from "../config/impersonation.ts";
import { type Agents, createAgents, retire } from "../connect/agents.ts";
import { describeConnectFailure } from "../connect/connect-failure.ts";
import { parseServer, portOf } from "../connect/server-url.ts";
import { buildTlsOptions, type TlsSettings } from "../connect/tls-options.ts";
import { type Credential, type CredentialSource, UserCredential } from "../credential/credentials.ts";
import { KubeError } from "../errors.ts";
import type { Cluster, Context, ForwardProxy, Identity, KubeRequest, UpstreamOptions } from "../types.ts";
import { abortable } from "./abortable.ts";
import { readJson } from "./api-answer.ts";
import { peerName, sendRequest } from "./api-request.ts";
import { clusterKey, noWayFor } from "./cluster-key.ts";

/** A whole answer of json(). Plugins have a limit of their own and are waited for before. */
const JSON_TIMEOUT_MS = 30_000;

export interface ApiClusterOptions {
  name: string;
  server: URL | string;
  /** "default" when absent. */
  namespace?: string;
  user?: string;
  current?: boolean;
  credential?: CredentialSource | { token: string };
  /** Impersonation headers. */
  headers?: Headers;
  tls?: TlsSettings;
  proxy?: URL | null;
  proxyFrom?: ForwardProxy["from"];
  /** Without one of these the context cannot be used. */
  files?: string[];
}

interface Transport {
  ca: string | undefined;
  certificate: Credential["certificate"];
  ready: Promise<{ tls: ConnectionOptions; agents: Agents }>;
}

export class ApiCluster implements Context, Cluster {
  readonly key: string;
  readonly name: string;
  readonly server: string;
  readonly namespace: string;
  readonly user: string;
  readonly current: boolean;
  readonly proxy?: ForwardProxy;
  readonly #url: URL;
  readonly #credential: CredentialSource;
  readonly #options: ApiClusterOptions;
  #transport: Transport | null = null;

  constructor(options: ApiClusterOptions) {
    this.name = options.name;
    this.key = clusterKey(options.name, null);
    this.#url = options.server instanceof URL ? options.server : parseServer(options.server, false).url;
    this.server = this.#url.href.replace(/\/$/, "");
    this.namespace = options.namespace || "default";
    this.user = options.user ?? "";
    this.current = options.current ?? false;
    if (options.proxy) {
      const url = `${options.proxy.protocol}//${options.proxy.hostname}:${portOf(options.proxy)}`;
      this.proxy = { url, from: options.proxyFrom ?? "kubeconfig" };
    }
    const { credential = new UserCredential({}) } = options;
    this.#credential = "token" in credential ? new UserCredential(credential) : credential;
    this.#options = options;
  }

  /** A file that is missing now may be there later, so this is looked at each time. */
  get problem(): string | undefined {
    const missing = this.#options.files?.find((file) => !existsSync(file));
    return missing && `The context "${this.name}" cannot be used: the file ${missing} does not exist.`;
  }

  as(identity: Identity | null): Cluster {
    if (identity === null) return this;
    throw noWayFor(identity, this.name);
  }

  async upstream(): Promise<UpstreamOptions> {
    return (await this.#open()).upstream;
  }

  invalidateCredentials(): void {
    this.#credential.invalidate();
  }

  async request(request: KubeRequest): Promise<IncomingMessage> {
    const first = await abortable(this.#open(), request.signal);
    const answer = await sendRequest(first.upstream, request);
    if (answer.statusCode !== 401) return answer;
    try {
      this.#credential.invalidate(first.credential);
      const second = await abortable(this.#open(), request.signal);
      // Nothing fresher is to be had: the caller gets the refusal.
      if (second.credential === first.credential) return answer;
      answer.destroy();
      return await sendRequest(second.upstream, request);
    } catch (error) {
      answer.destroy();
      throw error;
    }
  }

  async json<T>(request: KubeRequest): Promise<T> {
    // A plugin that asks a person to log in may take longer than an answer may.
    await abortable(this.#open(), request.signal);
    const limit = AbortSignal.timeout(JSON_TIMEOUT_MS);
    const signal = request.signal ? AbortSignal.any([request.signal, limit]) : limit;
    try {
      const headers = { Accept: "application/json", ...request.headers };
      return (await readJson(await this.request({ ...request, headers, signal }), this.user)) as T;
    } catch (error) {
      if (limit.aborted && !request.signal?.aborted) {
        const message = `No complete answer from ${peerName(this.#url)} within ${JSON_TIMEOUT_MS / 1000} seconds.`;
        throw new KubeError("TIMEOUT", message, { cause: error });
      }
      throw describeConnectFailure(error, peerName(this.#url));
    }
  }

  close(): void {
    this.#credential.close();
    void this.#transport?.ready.then(({ agents }) => retire(agents)).catch(() => {});
  }

  async #open(): Promise<{ upstream: UpstreamOptions; credential: Credential }> {
    const { problem } = this;
    if (problem) throw new KubeError("CONFIG", problem);
    const credential = await this.#credential.get();
    const ca = await this.#options.tls?.ca?.read();
    const { tls, agents } = await this.#transportFor(ca, credential.certificate);
    const { authorization } = credential;
    const headers = { ...this.#options.headers, ...(authorization ? { Authorization: authorization } : {}) };
    return { upstream: { server: new URL(this.#url), headers, tls, agents }, credential };
  }

  /** One set of agents as long as trust and certificate stay: a pooled connection belongs to the identity it showed. */
  #transportFor(ca: string | undefined, certificate: Credential["certificate"]): Transport["ready"] {
    const now = this.#transport;
    if (
      now &&
      now.ca === ca &&
      now.certificate?.cert === certificate?.cert &&
      now.certificate?.key === certificate?.key
    ) {
      return now.ready;
    }
    const ready = this.#createTransport(ca, certificate);
    const next = { ca, certificate, ready };
    this.#transport = next;
    ready.catch(() => {
      if (this.#transport === next) this.#transport = null;
    });
    void now?.ready.then(({ agents }) => retire(agents)).catch(() => {});
    return ready;
  }

  async #createTransport(ca: string | undefined, certificate: Credential["certificate"]) {
    const { tls: settings = {}, proxy = null } = this.#options;
    const tls = await buildTlsOptions(this.#url, settings, ca, certificate);
    const agents = createAgents(this.#url, proxy, { ca, rejectUnauthorized: !settings.insecure });
    return { tls, agents };
  }
}
