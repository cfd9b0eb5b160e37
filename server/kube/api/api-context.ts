/**
 * One usable context of the kubeconfig: what all who reach its API server share (address, trust, proxy), and one
 * ApiCluster for each of them. Next hop: api-cluster.ts.
 */
import { existsSync } from "node:fs";
import { redact } from "#server/log.ts";
import { MemoryStore } from "#server/state/expiring-store.ts";
import type { Headers } from "../config/impersonation.ts";
import { parseServer, portOf } from "../connect/server-url.ts";
import { ServerTrust, type TlsSettings } from "../connect/tls-options.ts";
import { Transport } from "../connect/transport.ts";
import { type CredentialSource, UserCredential } from "../credential/credentials.ts";
import { CurrentCredential } from "../credential/current-credential.ts";
import { KubeError } from "../errors.ts";
import type { ClusterFacts, Context, ForwardProxy, Identity, Login } from "../types.ts";
import { ApiCluster } from "./api-cluster.ts";
import { ContextFacts, clusterKey } from "./context-facts.ts";

/** People who reach a cluster at the same time; who was longest away begins anew. */
export const MAX_PEOPLE = 1_000;
/** After the last request of a person their connections and credentials are not kept for longer. */
export const PERSON_IDLE_MS = 10 * 60_000;
const SWEEP_PERIOD_MS = 60_000;
const DEFAULT_NAMESPACE = "default";

/** What says to the API server who asks. */
export interface Proof {
  /** Nobody when absent. */
  credential?: CredentialSource | { token: string };
  /** Impersonation headers. */
  headers?: Headers;
}

export interface ApiContextOptions extends Proof, Partial<Pick<ClusterFacts, "user">> {
  name: string;
  /** Of a name that had another context before: tells what is remembered of the two apart. */
  revision?: number;
  server: URL | string;
  /** "default" when absent. */
  namespace?: string;
  tls?: TlsSettings;
  proxy?: URL | null;
  proxyFrom?: ForwardProxy["from"];
  /** Without one of these the context cannot be used. */
  files?: string[];
  /** Makes what proves a person to the API server. Absent: the context acts for nobody but its own user. */
  actAs?: (identity: Identity) => Proof;
}

export class ApiContext extends ContextFacts implements Context {
  #options: ApiContextOptions;
  readonly #url: URL;
  readonly #trust: ServerTrust;
  readonly #own: ApiCluster;
  /** By the key of the cluster. */
  readonly #people = new MemoryStore<ApiCluster>({
    maxEntries: MAX_PEOPLE,
    onForgotten: (cluster) => cluster.close(),
  });
  #sweep: NodeJS.Timeout | undefined;

  constructor(options: ApiContextOptions) {
    const { name, namespace, user = "", server, proxy } = options;
    const url = server instanceof URL ? server : parseServer(server).url;
    super({
      ...{ name, user },
      server: url.href.replace(/\/$/, ""),
      namespace: namespace || DEFAULT_NAMESPACE,
      proxy: proxy ? proxyFacts(proxy, options.proxyFrom) : undefined,
    });
    this.#options = options;
    this.#url = url;
    this.#trust = new ServerTrust(url, options.tls);
    this.#own = this.#createCluster(null, options);
  }

  /** A file that is missing now may be there later, so this is looked at each time. */
  get problem(): string | undefined {
    const missing = this.#options.files?.find((file) => !existsSync(file));
    // Somebody put the token where the name of its file belongs.
    return (
      missing && redact(`The context "${this.name}" cannot be used: the file ${missing} does not exist.`)
    );
  }

  get login(): Login | undefined {
    const { credential } = this.#options;
    return credential && "get" in credential ? credential.login : undefined;
  }

  as(identity: Identity | null): ApiCluster {
    if (identity === null) return this.#own;
    const key = clusterKey(this.name, identity, this.#options.revision);
    return this.#keep(key, () => this.#createCluster(identity, this.#proofOf(identity)));
  }

  /**
   * The kubeconfig has another credential or namespace for the same user at the same address. Connections and streams
   * go on, and whether they may is asked at once with the new credential: nothing learnt with the old one counts.
   * @param sameUser nothing changed in what the kubeconfig says of the user
   */
  renew(options: Pick<ApiContextOptions, "credential" | "namespace" | "files">, sameUser: boolean): void {
    this.#options = { ...this.#options, ...options };
    this.namespace = options.namespace || DEFAULT_NAMESPACE;
    this.#own.renew(sourceOf(options), this.namespace, sameUser);
  }

  close(): void {
    clearInterval(this.#sweep);
    this.#sweep = undefined;
    this.#own.close();
    this.#people.clear();
  }

  /** Better no access than that of the shared credential (docs/threats.md B1). */
  #proofOf(identity: Identity): Proof {
    const { actAs } = this.#options;
    if (actAs) return actAs(identity);
    throw new KubeError("CONFIG", `The context "${this.name}" has no way to act for ${identity.user}.`);
  }

  #createCluster(identity: Identity | null, { credential, headers = {} }: Proof): ApiCluster {
    const key = clusterKey(this.name, identity, this.#options.revision);
    return new ApiCluster({
      facts: this,
      key,
      server: this.#url,
      headers,
      credential: new CurrentCredential(sourceOf({ credential })),
      transport: new Transport(this.#url, this.#trust, this.#options.proxy ?? null),
      used: (cluster) => identity && this.#keep(key, () => cluster),
    });
  }

  /** Whom nobody heard of for a while is closed. Who still holds such a cluster may use it again, and it is kept again. */
  #keep(key: string, create: () => ApiCluster): ApiCluster {
    const cluster = this.#people.take(key) ?? create();
    this.#people.put(key, cluster, PERSON_IDLE_MS);
    this.#sweep ??= setInterval(() => this.#people.forgetExpired(), SWEEP_PERIOD_MS).unref();
    return cluster;
  }
}

function sourceOf({ credential }: Proof): CredentialSource {
  return credential && "get" in credential ? credential : new UserCredential(credential ?? {});
}

function proxyFacts(proxy: URL, from: ForwardProxy["from"] = "kubeconfig"): ForwardProxy {
  return { url: `${proxy.protocol}//${proxy.hostname}:${portOf(proxy)}`, from };
}
