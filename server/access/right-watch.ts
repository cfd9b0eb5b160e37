/**
 * Asks again whether a right is still there, while something lives by it: a stream outlives the checks at its opening
 * by hours (docs/threats.md A15, A17; Argo CD CVE-2024-41666). One question for all grants that would ask the same.
 *
 * No grant outlives the last yes by YES_LASTS_MS, and a yes counts from when it was asked for: the API server decided
 * after that, so whoever loses a right loses what was opened with it within the same time, whatever the API server or
 * the way to it does.
 */
import { CodedError } from "#protocol/coded-error.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { KubeError } from "#server/kube/errors.ts";
import type { Cluster } from "#server/kube/types.ts";
import type { Grant, Right } from "./grant.ts";
import { type DatedVerdict, questionKey } from "./verdicts.ts";

/** Between two questions, at most; up to JITTER of it less, so that not all come at once. */
export const RECHECK_MS = 10_000;
export const JITTER = 0.2;
/** Of one review. An API server that is well answers in milliseconds. */
export const REVIEW_LIMIT_MS = 3_000;
/** After a review that failed. Even one that hung is followed by another before a yes has lasted its time. */
export const RETRY_MS = 1_000;
/** The bound is 15 s; the rest is for what has to be closed. */
export const YES_LASTS_MS = 14_500;
/** A timer that is later than this: the whole process stood still, a laptop's lid was closed. */
const STOOD_STILL_MS = 1_000;

export interface RightWatchOptions {
  /** Asks now, whatever is known. Rejects when there is no answer. */
  ask(cluster: Cluster, right: Right, signal: AbortSignal): Promise<DatedVerdict>;
  /** From 0 to 1; for tests. */
  random?: () => number;
}

export class RightWatch {
  readonly #questions = new Map<string, Question>();

  constructor(private readonly options: RightWatchOptions) {}

  /** Questions that are asked again now. */
  get size(): number {
    return this.#questions.size;
  }

  /**
   * @param yesAt when the yes by which it was opened was asked for, by performance.now(); null: nobody said yes yet. It
   * then lives by the last yes of those that are there, or on credit for YES_LASTS_MS when it is the first: a request
   * that the API server may refuse must not prolong what others have open.
   * @returns takes it off again
   */
  add(grant: Grant, cluster: Cluster, right: Right, yesAt: number | null): () => void {
    const key = questionKey(cluster, right);
    let question = this.#questions.get(key);
    if (!question) {
      const over = () => this.#questions.get(key) === made && this.#questions.delete(key);
      const made: Question = new Question(cluster, right, this.options, over);
      this.#questions.set(key, made);
      question = made;
    }
    const joined = question;
    joined.add(grant, yesAt);
    return () => joined.remove(grant);
  }
}

/** One question and the grants that live by its answer. Its timers end with the last of them. */
class Question {
  readonly #grants = new Set<Grant>();
  #yesAt = Number.NEGATIVE_INFINITY;
  #failure: Error | null = null;
  /** The time of the last yes passed while the process stood still. */
  #slept = false;
  #next: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;
  /** Of the review that runs. */
  #asking: AbortController | null = null;
  readonly #renewed: AbortSignal | undefined;
  readonly #askNow = () => {
    clearTimeout(this.#next);
    this.#asking?.abort();
    void this.#ask();
  };

  constructor(
    private readonly cluster: Cluster,
    private readonly right: Right,
    private readonly options: RightWatchOptions,
    private readonly over: () => void,
  ) {
    // What is open goes on only with a yes to whom it belongs to now; those to the former credential count no longer.
    this.#renewed = cluster.renewed;
    this.#renewed?.addEventListener("abort", this.#askNow, { once: true });
  }

  add(grant: Grant, yesAt: number | null): void {
    this.#grants.add(grant);
    const first = this.#grants.size === 1;
    if (yesAt === null ? first : yesAt > this.#yesAt) this.#confirmed(yesAt ?? performance.now());
  }

  remove(grant: Grant): void {
    if (this.#grants.delete(grant) && this.#grants.size === 0) this.#stop();
  }

  #confirmed(yesAt: number): void {
    this.#yesAt = yesAt;
    this.#failure = null;
    this.#slept = false;
    const { random = Math.random } = this.options;
    const now = performance.now();
    clearTimeout(this.#deadline);
    clearTimeout(this.#next);
    this.#expireAt(yesAt + YES_LASTS_MS);
    const nextAt = yesAt + RECHECK_MS * (1 - JITTER * random());
    if (!this.#asking) this.#next = setTimeout(() => void this.#ask(), Math.max(0, nextAt - now)).unref();
  }

  async #ask(): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    const limit = setTimeout(() => asking.abort(), REVIEW_LIMIT_MS).unref();
    try {
      const { verdict, askedAt } = await this.options.ask(this.cluster, this.right, asking.signal);
      if (this.#asking !== asking) return;
      this.#asking = null;
      if (verdict.allowed) this.#confirmed(Math.max(askedAt, this.#yesAt));
      else this.#end({ cause: "revoked", words: takenAway(this.right, verdict.reason) });
    } catch (error) {
      if (this.#asking !== asking) return;
      this.#asking = null;
      this.#failure = asking.signal.aborted
        ? new KubeError("TIMEOUT", `the API server did not answer within ${REVIEW_LIMIT_MS / 1000} s`)
        : (error as Error);
      this.#next = setTimeout(() => void this.#ask(), RETRY_MS).unref();
    } finally {
      clearTimeout(limit);
    }
  }

  #expireAt(due: number): void {
    const expire = () => {
      if (this.#slept || performance.now() - due < STOOD_STILL_MS) {
        this.#end({ cause: "revoked", words: unconfirmed(this.right, this.#failure) });
        return;
      }
      // Nothing flowed while the process stood still, and nobody could be asked: one question first, and only one.
      this.#slept = true;
      clearTimeout(this.#next);
      this.#asking?.abort();
      this.#expireAt(performance.now() + REVIEW_LIMIT_MS);
      void this.#ask();
    };
    this.#deadline = setTimeout(expire, Math.max(0, due - performance.now())).unref();
  }

  #end(end: StreamEnd): void {
    // First: a hook may open something new with the same question.
    const grants = [...this.#grants];
    this.#stop();
    for (const grant of grants) grant.end(end);
  }

  #stop(): void {
    clearTimeout(this.#next);
    clearTimeout(this.#deadline);
    this.#renewed?.removeEventListener("abort", this.#askNow);
    const asking = this.#asking;
    this.#asking = null;
    asking?.abort();
    this.#grants.clear();
    this.over();
  }
}

/** As people say it: "create pods/exec in default". */
export function rightWords({ verb, resource, subresource, namespace }: Right): string {
  const what = subresource ? `${resource}/${subresource}` : resource;
  return `${verb} ${what} ${namespace ? `in ${namespace}` : "at the cluster scope"}`;
}

function takenAway(right: Right, reason: string | undefined): string {
  const words = `the right to ${rightWords(right)} was taken away while this was open`;
  return reason ? `${words}: ${reason}` : words;
}

function unconfirmed(right: Right, failure: Error | null): string {
  const words = `whether you still have the right to ${rightWords(right)} could not be confirmed for 15 s`;
  // Others are written for who mends the program.
  return failure instanceof CodedError ? `${words}: ${failure.message}` : words;
}
