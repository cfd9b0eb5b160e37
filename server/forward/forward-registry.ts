/** Every forward of this server, and the only place that makes and removes them. */
import { randomBytes } from "node:crypto";
import type { ForwardRequest } from "#protocol/api.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { type Grant, STOPPED } from "#server/access/grant.ts";
import type { WatchingCluster } from "#server/kube/watch/cluster-watch-source.ts";
import type { Logger } from "#server/log.ts";
import type { TunnelDialer } from "#server/stream/types.ts";
import { ForwardError } from "./errors.ts";
import { Forward } from "./forward.ts";
import { checkTarget, TargetResolver } from "./target-resolver.ts";

/** A forward without traffic costs nothing but its entry; the limit is for a page that makes them in a loop. */
export const MAX_FORWARDS = 64;
/** One caller's number is not another's. */
const MAX_FORWARDS_OF_ALL = 1_024;
/** 60 random bits: the id is part of a host name, which DNS servers and logs see, so it says nothing. */
const ID_CHARS = 12;
/** RFC 4648, lower case: host names do not keep case. */
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

export interface NewForward {
  request: ForwardRequest;
  /** Of who asks: the forward is removed when it ends. */
  grant: Grant;
  cluster: WatchingCluster;
  dialer: TunnelDialer;
}

export interface ForwardRegistryOptions {
  /** Runs for every forward that is removed: what was granted for it ends. */
  removed?: (id: string) => void;
  log: Logger;
}

const REMOVED: StreamEnd = { cause: "ended-by-person", words: "the forward was removed" };

export class ForwardRegistry {
  readonly #options: ForwardRegistryOptions;
  readonly #forwards = new Map<string, Forward>();

  constructor(options: ForwardRegistryOptions) {
    this.#options = options;
  }

  /** Takes the grant over, unless it throws. @throws ForwardError INVALID, LIMIT */
  async create({ request, grant, cluster, dialer }: NewForward): Promise<Forward> {
    const { namespace, kind, name, port } = request;
    const target = checkTarget({ namespace, kind, name, port });
    const owner = grant.caller.id;
    const own = this.list().filter((forward) => forward.owner === owner).length;
    if (own >= MAX_FORWARDS)
      throw new ForwardError("LIMIT", `you have ${MAX_FORWARDS} forwards already; remove one first`);
    if (this.#forwards.size >= MAX_FORWARDS_OF_ALL)
      throw new ForwardError(
        "LIMIT",
        `there are ${MAX_FORWARDS_OF_ALL} forwards, the most this server holds`,
      );
    const { log } = this.#options;
    const resolver = new TargetResolver(cluster, target);
    const id = newId();
    const forward = new Forward({ id, cluster: request.cluster, target, owner, dialer, resolver, log });
    this.#forwards.set(id, forward);
    forward.onClose(() => grant.release());
    grant.onEnd((end) => this.#ended(forward, end));
    try {
      if (request.listen) await forward.listen();
      if (forward.closed) throw new ForwardError("CLOSED", "the forward was removed while it was made");
    } catch (error) {
      await this.#drop(forward, REMOVED);
      throw error;
    }
    log.info({ forward: id, cluster: request.cluster, ...target, owner }, "forward created");
    return forward;
  }

  /** Newest first. */
  list(): Forward[] {
    return [...this.#forwards.values()].reverse();
  }

  get(id: string): Forward | undefined {
    return this.#forwards.get(id);
  }

  /** @throws ForwardError NOT_FOUND */
  require(id: string): Forward {
    const forward = this.#forwards.get(id);
    if (!forward) throw new ForwardError("NOT_FOUND", "there is no such forward");
    return forward;
  }

  /** @throws ForwardError NOT_FOUND */
  async delete(id: string): Promise<void> {
    await this.#drop(this.require(id), REMOVED);
    this.#options.log.info({ forward: id }, "forward removed");
  }

  /** Connections through all of them. */
  get connections(): number {
    return this.list().reduce((sum, forward) => sum + forward.status().connections, 0);
  }

  /** The server will stop: local ports take no more connections. */
  drain(): void {
    for (const forward of this.#forwards.values()) forward.stopListening();
  }

  /** Removes every forward; for shutdown. */
  async close(): Promise<void> {
    await Promise.all(this.list().map((forward) => this.#drop(forward, STOPPED)));
  }

  #ended(forward: Forward, end: StreamEnd): void {
    this.#options.log.info({ forward: forward.id }, `forward removed: ${end.words}`);
    void this.#drop(forward, end);
  }

  async #drop(forward: Forward, end: StreamEnd): Promise<void> {
    this.#forwards.delete(forward.id);
    this.#options.removed?.(forward.id);
    await forward.close(end);
  }
}

function newId(): string {
  return Array.from(randomBytes(ID_CHARS), (byte) => BASE32[byte & 31]).join("");
}
