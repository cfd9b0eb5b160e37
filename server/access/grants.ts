/**
 * The only maker of grants: whatever lives longer than a request asks here first, and ends when its grant does.
 * Next hop: verdicts.ts at the opening, right-watch.ts from then on.
 */
import type { Cluster } from "#server/kube/types.ts";
import { AccessError, accessErrorOf } from "./access-error.ts";
import type { Caller } from "./caller.ts";
import { Grant, type Right, STOPPED } from "./grant.ts";
import { RightWatch } from "./right-watch.ts";
import { type DatedVerdict, Verdicts } from "./verdicts.ts";
import { whileSignedIn } from "./while-signed-in.ts";

export class Grants {
  readonly #verdicts = new Verdicts();
  readonly #open = new Set<Grant>();
  #stopped = false;
  readonly #watch = new RightWatch({ ask: (...question) => this.#verdicts.fresh(...question) });

  /** Rights that are asked again now. */
  get watched(): number {
    return this.#watch.size;
  }

  /**
   * Whether the caller may, at this moment: for what opens its streams later, each with a grant of its own.
   * @throws AccessError FORBIDDEN with the verb, the resource and the namespace; KubeError when the review fails
   */
  async check(cluster: Cluster, right: Right, signal?: AbortSignal): Promise<DatedVerdict> {
    const { key } = cluster;
    const dated = await this.#verdicts.recent(cluster, right, signal);
    // Another credential took over meanwhile: it may be somebody else's, who was not asked about.
    if (cluster.key !== key) return await this.check(cluster, right, signal);
    const { allowed, reason } = dated.verdict;
    if (!allowed) throw new AccessError("FORBIDDEN", reason ?? "You may not do this.");
    return dated;
  }

  /**
   * Asks the API server first, and again while the grant lives.
   * @throws AccessError FORBIDDEN, or UNAUTHENTICATED when the sign-in ended meanwhile; KubeError
   */
  async open(caller: Caller, cluster: Cluster, right: Right, signal?: AbortSignal): Promise<Grant> {
    const { askedAt } = await whileSignedIn(caller, signal, (wanted) => this.check(cluster, right, wanted));
    const grant = this.#watched(caller, cluster, right, askedAt);
    if (grant.ended) throw accessErrorOf(grant.ended);
    return grant;
  }

  /**
   * For a read whose opening the API server itself decides, because a GET needs no more than it checks. Nothing was
   * asked yet, so it confirms nothing for others.
   */
  hold(caller: Caller, cluster: Cluster, right: Right): Grant {
    return this.#watched(caller, cluster, right, null);
  }

  /** For what only the end of the sign-in ends. @param cluster the context's name */
  underSignIn(caller: Caller, cluster: string): Grant {
    return this.#counted(caller, cluster, null, () => {});
  }

  /** The server stops: whatever holds a grant ends, and so does at once whatever asks for one now. */
  stop(): void {
    this.#stopped = true;
    for (const grant of [...this.#open]) grant.end(STOPPED);
  }

  #watched(caller: Caller, cluster: Cluster, right: Right, yesAt: number | null): Grant {
    let remove = () => {};
    const grant = this.#counted(caller, cluster.name, right, () => remove());
    if (!grant.ended) remove = this.#watch.add(grant, cluster, right, yesAt);
    return grant;
  }

  #counted(caller: Caller, cluster: string, right: Right | null, released: () => void): Grant {
    const grant: Grant = new Grant(caller, cluster, right, (one) => {
      this.#open.delete(one);
      released();
    });
    if (!grant.ended) this.#open.add(grant);
    if (this.#stopped) grant.end(STOPPED);
    return grant;
  }
}
