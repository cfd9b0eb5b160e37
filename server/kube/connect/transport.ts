/**
 * The connections of one identity to one API server: its own agents and sockets, which nobody else is ever given. They
 * stay as long as trust and client certificate do, because a pooled connection belongs to whom it showed.
 */
import type { ConnectionOptions } from "node:tls";
import type { ClientCertificate } from "../credential/credentials.ts";
import { type Agents, createAgents, retire } from "./agents.ts";
import type { ServerTrust } from "./tls-options.ts";

export interface Connections {
  tls: ConnectionOptions;
  agents: Agents;
}

interface Shown {
  ca: string | undefined;
  certificate: ClientCertificate | undefined;
  ready: Promise<Connections>;
}

export class Transport {
  #now: Shown | null = null;

  constructor(
    private readonly server: URL,
    private readonly trust: ServerTrust,
    private readonly proxy: URL | null,
  ) {}

  /** Rejects with KubeError for a certificate, a key or an authority that cannot be used. */
  async connections(certificate: ClientCertificate | undefined): Promise<Connections> {
    const ca = await this.trust.ca();
    const now = this.#now;
    const same =
      now?.ca === ca &&
      now?.certificate?.cert === certificate?.cert &&
      now?.certificate?.key === certificate?.key;
    if (now && same) return await now.ready;
    const next = { ca, certificate, ready: this.#create(ca, certificate) };
    this.#now = next;
    retireWhenReady(now);
    try {
      return await next.ready;
    } catch (error) {
      if (this.#now === next) this.#now = null;
      throw error;
    }
  }

  /** Ends idle connections now and busy ones with their request. What is asked for later gets new ones. */
  close(): void {
    retireWhenReady(this.#now);
    this.#now = null;
  }

  async #create(ca: string | undefined, certificate: ClientCertificate | undefined): Promise<Connections> {
    const tls = await this.trust.options(ca, certificate);
    const agents = createAgents(this.server, this.proxy, { ca, rejectUnauthorized: !this.trust.insecure });
    return { tls, agents };
  }
}

function retireWhenReady(shown: Shown | null): void {
  void shown?.ready.then(({ agents }) => retire(agents)).catch(() => {});
}
