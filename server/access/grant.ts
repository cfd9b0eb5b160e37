/**
 * A caller's right to one thing, for as long as it lasts. Whatever lives longer than a request holds one: viewers,
 * relays, tunnels, forwards, watches, log streams, doctor runs. When it ends, both directions of the holder end.
 */
import { setMaxListeners } from "node:events";
import type { StreamEnd } from "#protocol/stream-end.ts";
import type { StreamSubresource } from "#protocol/subprotocol.ts";
import type { Caller } from "./caller.ts";

/** Every grant's end when the server is told to stop (threats.md C6). */
export const STOPPED: StreamEnd = { cause: "shutdown", words: "Porthole was stopped" };

/** What a grant is for, as an API server is asked about it. */
export interface Right {
  /** "" is all namespaces, or a resource that is in none. */
  readonly namespace: string;
  readonly verb: string;
  /** Absent: the core group. */
  readonly group?: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Absent: any. */
  readonly name?: string;
}

/** To open a stream of a pod. @param pod absent for a forward whose pod is found later */
export function podRight(subresource: StreamSubresource, namespace: string, pod?: string): Right {
  return { namespace, verb: "create", resource: "pods", subresource, ...(pod ? { name: pod } : {}) };
}

export class Grant {
  readonly #end = new AbortController();
  readonly #released: () => void;

  /**
   * @param right null: nothing but the sign-in can end it
   * @param released runs once, when the grant has ended or is given back
   */
  constructor(
    readonly caller: Caller,
    /** The context's name. */
    readonly cluster: string,
    readonly right: Right | null,
    released: (grant: Grant) => void = () => {},
  ) {
    // As many hooks as the thing has parts: each request through a preview is one.
    setMaxListeners(0, this.#end.signal);
    const signedOut = () => this.end(caller.signal.reason as StreamEnd);
    let done = false;
    this.#released = () => {
      if (done) return;
      done = true;
      caller.signal.removeEventListener("abort", signedOut);
      released(this);
    };
    if (caller.signal.aborted) signedOut();
    else caller.signal.addEventListener("abort", signedOut, { once: true });
  }

  /** Aborts when the grant ends; its reason is a StreamEnd. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  get ended(): StreamEnd | null {
    return this.signal.aborted ? (this.signal.reason as StreamEnd) : null;
  }

  /** The first reason counts. */
  end(end: StreamEnd): void {
    if (this.signal.aborted) return;
    this.#released();
    this.#end.abort(end);
  }

  /** Runs at once when it has ended already; the answer takes the hook back. */
  onEnd(hook: (end: StreamEnd) => void): () => void {
    const run = () => hook(this.signal.reason as StreamEnd);
    if (this.signal.aborted) {
      run();
      return () => {};
    }
    this.signal.addEventListener("abort", run, { once: true });
    return () => this.signal.removeEventListener("abort", run);
  }

  /** What it was for is over: it is not asked for again. */
  release(): void {
    this.#released();
  }
}
