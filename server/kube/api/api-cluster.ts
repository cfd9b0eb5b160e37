/**
 * One API server as one identity reaches it: requests and upgrades leave from here with a fresh credential, through the
 * identity's own agents, to the configured host and nowhere else. Next hop: api-exchange.ts.
 */
import { setMaxListeners } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Headers } from "../config/impersonation.ts";
import { describeConnectFailure } from "../connect/connect-failure.ts";
import type { Transport } from "../connect/transport.ts";
import { termOf } from "../credential/credential-term.ts";
import type { Credential, CredentialSource } from "../credential/credentials.ts";
import type { CurrentCredential } from "../credential/current-credential.ts";
import { KubeError } from "../errors.ts";
import type { Cluster, ClusterFacts, ConnectionFacts, KubeRequest, KubeUpgrade, Upgraded } from "../types.ts";
import { abortable, withinLimit } from "./abortable.ts";
import { readJson, refusalOf } from "./api-answer.ts";
import { peerName, sendRequest, sendUpgrade, type Upstream } from "./api-exchange.ts";
import { ContextFacts } from "./context-facts.ts";

/** A whole answer of json(). Plugins have a limit of their own and are waited for before. */
const JSON_TIMEOUT_MS = 30_000;
/** From the dial to the answer of an upgrade, the body of a refusal included. */
const UPGRADE_TIMEOUT_MS = 30_000;
const HTTP_UNAUTHORIZED = 401;

export interface ApiClusterParts {
  /** The context's; `problem` may come and go. */
  facts: ClusterFacts;
  key: string;
  server: URL;
  /** Impersonation headers. */
  headers: Headers;
  credential: CurrentCredential;
  transport: Transport;
  /** Called at each use. */
  used(cluster: ApiCluster): void;
}

interface Opened {
  upstream: Upstream;
  credential: Credential;
}

export class ApiCluster extends ContextFacts implements Cluster {
  readonly #parts: ApiClusterParts;
  /** How many credentials of the kubeconfig's it has had before this one. */
  #generation = 0;
  #renewal = newRenewal();
  /** What was answered 401, and with which credential. */
  readonly #refused = new WeakMap<IncomingMessage, Credential>();

  constructor(parts: ApiClusterParts) {
    super(parts.facts);
    this.#parts = parts;
  }

  get key(): string {
    const { key } = this.#parts;
    return this.#generation === 0 ? key : `${key}#${this.#generation}`;
  }

  get renewed(): AbortSignal {
    return this.#renewal.signal;
  }

  get problem(): string | undefined {
    return this.#parts.facts.problem;
  }

  request(request: KubeRequest): Promise<IncomingMessage> {
    const { signal } = request;
    const send = async ({ upstream, credential }: Opened) => {
      const answer = await sendRequest(upstream, request);
      if (answer.statusCode === HTTP_UNAUTHORIZED) this.#refused.set(answer, credential);
      return answer;
    };
    return this.#authorized(signal, send, {
      code: (answer) => answer.statusCode,
      drop: (answer) => answer.destroy(),
    });
  }

  async upgrade(upgrade: KubeUpgrade): Promise<Upgraded> {
    const late = `No answer to the upgrade from ${this.#peer} within ${UPGRADE_TIMEOUT_MS / 1000} seconds.`;
    const send = ({ upstream, credential }: Opened) =>
      withinLimit(UPGRADE_TIMEOUT_MS, upgrade.signal, late, async (signal) => {
        const { response, socket } = await sendUpgrade(upstream, { ...upgrade, signal });
        return socket ? { response, socket } : await refusalOf(response, this.user, credential);
      });
    const answer = await this.#authorized(upgrade.signal, send, {
      code: (given) => (given instanceof KubeError ? given.httpStatus : undefined),
      drop: () => {},
    });
    if (answer instanceof KubeError) throw answer;
    return answer;
  }

  refusal(answer: IncomingMessage): Promise<KubeError> {
    return refusalOf(answer, this.user, this.#refused.get(answer));
  }

  async json<T>(request: KubeRequest): Promise<T> {
    // A plugin that asks a person to log in may take longer than an answer may.
    await abortable(this.#open(), request.signal);
    const late = `No complete answer from ${this.#peer} within ${JSON_TIMEOUT_MS / 1000} seconds.`;
    try {
      return await withinLimit(JSON_TIMEOUT_MS, request.signal, late, async (signal) => {
        const headers = { Accept: "application/json", ...request.headers };
        const kind = request.answer ?? (request.method === "POST" ? "review" : "object");
        const answer = await this.request({ ...request, headers, signal });
        return (await readJson(answer, (refused) => this.refusal(refused), kind)) as T;
      });
    } catch (error) {
      throw describeConnectFailure(error, this.#peer);
    }
  }

  async connection(): Promise<ConnectionFacts> {
    const { upstream, credential } = await this.#open();
    const { server, identity, tls, agents } = upstream;
    const term = termOf(credential);
    const facts = { server, tls, agent: agents.upgrade, identifiedBy: Object.keys(identity) };
    return term ? { ...facts, term } : facts;
  }

  /**
   * From now on asks with another credential of the same user. Connections stay open.
   * @param sameUser nothing changed in what the kubeconfig says of the user. Otherwise the new one may be somebody else's
   */
  renew(source: CredentialSource, namespace: string, sameUser: boolean): void {
    this.namespace = namespace;
    this.#parts.credential.renew(source);
    if (sameUser) return;
    const before = this.#renewal;
    this.#generation += 1;
    this.#renewal = newRenewal();
    before.abort();
  }

  /** What is used later begins with new connections. */
  close(): void {
    this.#parts.credential.close();
    this.#parts.transport.close();
  }

  get #peer(): string {
    return peerName(this.#parts.server);
  }

  /** Sends, and once more after a 401, when there is a fresher credential than the one that was refused. */
  async #authorized<T>(
    signal: AbortSignal | undefined,
    send: (opened: Opened) => Promise<T>,
    { code, drop }: { code(answer: T): number | undefined; drop(answer: T): void },
  ): Promise<T> {
    const first = await abortable(this.#open(), signal);
    const answer = await send(first);
    if (code(answer) !== HTTP_UNAUTHORIZED) return answer;
    try {
      const fresh = await abortable(this.#parts.credential.replace(first.credential), signal);
      // Nothing fresher is to be had: the caller gets the refusal.
      if (fresh === first.credential) return answer;
      const second = await abortable(this.#open(fresh), signal);
      drop(answer);
      return await send(second);
    } catch (error) {
      drop(answer);
      throw error;
    }
  }

  async #open(given?: Credential): Promise<Opened> {
    const { server, headers, transport } = this.#parts;
    const { problem } = this;
    if (problem) throw new KubeError("CONFIG", problem);
    this.#parts.used(this);
    const credential = given ?? (await this.#parts.credential.get());
    const { authorization, certificate } = credential;
    const { tls, agents } = await transport.connections(certificate);
    const identity = { ...headers, ...(authorization ? { Authorization: authorization } : {}) };
    return { upstream: { server: new URL(server), identity, tls, agents }, credential };
  }
}

/** Each right that is asked again listens. */
function newRenewal(): AbortController {
  const renewal = new AbortController();
  setMaxListeners(0, renewal.signal);
  return renewal;
}
