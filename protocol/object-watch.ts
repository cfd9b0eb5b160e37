/**
 * Keeps a set of objects known (Kubernetes API concepts, "Efficient detection of changes"): list, then watch from the
 * version of the list; a watch that ends goes on from the last version that was heard of; a version that the API
 * server has forgotten (410) means to list again. The same machine runs in the page and in the server: how requests
 * travel and time passes is the WatchSource's.
 */
import type { KubeList, KubeObject } from "./kube-object.ts";
import { readLines } from "./line-reader.ts";
import { decodeWatchEvent, WatchError } from "./watch-event.ts";

const PAGE_OBJECTS = 500;
/** The API server ends a watch after this long and the next one begins; a connection that died unseen ends with it. */
const WATCH_SECONDS = 240;
const WATCH_GRACE_MS = 20_000;
/** A watch that is open for less counts as failed, or two that end at once would follow each other in a busy loop. */
const SHORT_WATCH_MS = 2_000;
const BACKOFF_MS = [500, 1_000, 2_000, 5_000, 10_000, 20_000] as const;
/** Those who lost one API server together do not come back together. */
const JITTER_PART = 0.2;
/** A refused credential or right changes when someone changes it, not by asking often. */
const REFUSED_RETRY_MS = 30_000;
/** An object is at most about 1.5 MiB in etcd; its JSON with the wrapping of an event fits into this. */
const MAX_EVENT_CHARS = 4 * 1024 * 1024;
/** Who may list and not watch gets a list so often; one that takes long is asked for less often. */
const POLL_MS = 10_000;
const POLL_LIST_TIMES = 10;
/** After so many lists the watch is tried again: rights are given, too. */
const POLLS_PER_WATCH = 30;
/** Watches that fail or end at once: so many in a row mean that the list is not kept true by them. */
const SHORT_WATCHES = 3;
/** Such a one may come back by itself, and is tried again sooner than one that is refused. */
const POLLS_PER_SHORT_WATCH = 3;
const HTTP_UNAUTHORIZED = 401;
const HTTP_FORBIDDEN = 403;
const HTTP_METHOD_NOT_ALLOWED = 405;
const HTTP_GONE = 410;

/** One collection of one API server. All of it rejects with WatchError, or with anything once `stopped`. */
export interface WatchSource<T extends KubeObject> {
  readonly stopped: boolean;
  /** GET the collection with this query. */
  list(query: Record<string, string>): Promise<KubeList<T>>;
  /** The same as a stream, read for so long at most. */
  watch(query: Record<string, string>, limitMs: number): Promise<AsyncIterable<Uint8Array>>;
  /** Ends early, without an error, when it is stopped. */
  sleep(ms: number): Promise<void>;
  /** Milliseconds. */
  now(): number;
  /** At least 0 and below 1. */
  random(): number;
}

export interface ListPage {
  first: boolean;
  last: boolean;
  /** It is the last because there are too many. */
  cut: boolean;
}

export interface WatchListener<T extends KubeObject> {
  /** A page of a list, in order: what an earlier list gave is forgotten once this one is whole. */
  listed(objects: readonly T[], page: ListPage): void;
  changed(type: "ADDED" | "MODIFIED" | "DELETED", object: T): void;
  /** A watch is open: what is known is true from now on. */
  live(): void;
  /**
   * There are lists, and watches are not allowed or of no use: what was listed just now is true of now, and is listed
   * again and again. A listener without this is told of a failed watch instead.
   * @param refusal why there is no watch; null: the one before it still counts
   */
  polled?(refusal: WatchError | null): void;
  /**
   * What is known may be old.
   * @param during which of the two requests failed
   * @returns "wait" and try again, try "again" at once because the listener has changed something, or "stop"
   */
  failed(error: WatchError, during: "list" | "watch"): "wait" | "again" | "stop";
}

interface Failure {
  error: WatchError;
  during: "list" | "watch";
}

/** What came of one list, when it was needed, and one watch. */
interface Round {
  /** Null: the watch ended in order, or was not asked for. */
  failure: Failure | null;
  /** How long the list took; null without one. */
  listMs: number | null;
  /** How long the watch was open. */
  openMs: number;
}

const ENDLESS: Failure = {
  error: new WatchError(0, "The API server ends each watch as soon as it has begun."),
  during: "watch",
};

export class ObjectWatch<T extends KubeObject> {
  /** Where to go on; empty: list first. */
  #version = "";
  #attempt = 0;
  /** The last list was of no use either: nothing was heard since its version was forgotten. */
  #relisted = false;
  /** Lists that are left until the next watch; 0 while watching. */
  #pollsLeft = 0;
  #shortWatches = 0;

  /** @param maxObjects a list is not read on past so many */
  constructor(
    private readonly listener: WatchListener<T>,
    private readonly maxObjects: number,
  ) {}

  /** Runs until the source is stopped or the listener says so; may be run again, and goes on from where it was. */
  async run(source: WatchSource<T>): Promise<void> {
    this.#attempt = 0;
    while (!source.stopped) {
      const round = await this.#once(source);
      if (source.stopped) return;
      const { failure, listMs, openMs } = round;
      const short = openMs < SHORT_WATCH_MS;
      if (this.#polls(round)) {
        const askedMs = failure?.error.retryAfterMs ?? 0;
        await source.sleep(Math.max(POLL_MS, (listMs ?? 0) * POLL_LIST_TIMES, askedMs));
        continue;
      }
      if (!short) this.#heard();
      const told = failure ?? (this.#shortWatches >= SHORT_WATCHES ? ENDLESS : null);
      if (told) {
        if (this.#isForgotten(told.error)) continue;
        const verdict = this.listener.failed(told.error, told.during);
        if (verdict === "stop") return;
        if (verdict === "again") continue;
      } else if (!short) continue;
      await source.sleep(this.#delay(source, failure?.error));
    }
  }

  /** Whether there is a list and, for now, no watch: one that is not allowed or of no use is not asked for each time. */
  #polls({ failure, listMs, openMs }: Round): boolean {
    const { listener } = this;
    const resting = !failure && this.#pollsLeft > 0;
    if (!resting && failure?.during !== "list")
      this.#shortWatches = openMs < SHORT_WATCH_MS ? this.#shortWatches + 1 : 0;
    if (!listener.polled) return false;
    if (resting) listener.polled(null);
    else {
      const { error, during } = failure ?? ENDLESS;
      const refused = error.code === HTTP_FORBIDDEN || error.code === HTTP_METHOD_NOT_ALLOWED;
      if (during === "list" || (!refused && this.#shortWatches < SHORT_WATCHES)) return false;
      // What is known may be as old as the watches are short: only a new list is true of now.
      if (!refused && listMs === null) {
        this.#version = "";
        return false;
      }
      this.#pollsLeft = refused ? POLLS_PER_WATCH : POLLS_PER_SHORT_WATCH;
      listener.polled(error);
    }
    // The next one lists again.
    this.#version = "";
    this.#attempt = 0;
    return true;
  }

  async #once(source: WatchSource<T>): Promise<Round> {
    let during: "list" | "watch" = "list";
    let listMs: number | null = null;
    let opened: number | null = null;
    const openMs = () => (opened === null ? 0 : source.now() - opened);
    try {
      if (this.#version === "") {
        const began = source.now();
        await this.#list(source);
        listMs = source.now() - began;
      }
      if (this.#pollsLeft > 0) this.#pollsLeft -= 1;
      if (this.#pollsLeft > 0 || source.stopped) return { failure: null, listMs, openMs: 0 };
      during = "watch";
      await this.#watch(source, () => {
        opened = source.now();
      });
      return { failure: null, listMs, openMs: openMs() };
    } catch (cause) {
      return { failure: { error: asWatchError(cause), during }, listMs, openMs: openMs() };
    }
  }

  async #list(source: WatchSource<T>): Promise<void> {
    let read = 0;
    let from = "";
    for (;;) {
      const first = from === "";
      const list = await source.list({
        limit: String(PAGE_OBJECTS),
        ...(first ? {} : { continue: from }),
      });
      if (source.stopped) return;
      const items = list.items ?? [];
      read += items.length;
      from = list.metadata?.continue ?? "";
      const last = from === "" || read >= this.maxObjects;
      if (last) this.#version = list.metadata?.resourceVersion ?? "";
      this.listener.listed(items, { first, last, cut: last && from !== "" });
      if (last) return;
    }
  }

  async #watch(source: WatchSource<T>, opened: () => void): Promise<void> {
    const query = {
      watch: "1",
      allowWatchBookmarks: "true",
      resourceVersion: this.#version,
      timeoutSeconds: String(WATCH_SECONDS),
    };
    const pieces = await source.watch(query, WATCH_SECONDS * 1_000 + WATCH_GRACE_MS);
    if (source.stopped) return;
    opened();
    let over = false;
    const live = () => {
      if (!over && !source.stopped) this.listener.live();
    };
    // After many that ended at once this one is believed when it has not.
    if (this.#shortWatches < SHORT_WATCHES || !this.listener.polled) live();
    else void source.sleep(SHORT_WATCH_MS).then(live);
    try {
      await this.#read(source, pieces);
    } finally {
      over = true;
    }
  }

  async #read(source: WatchSource<T>, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const lines of readLines(pieces, MAX_EVENT_CHARS)) {
      if (source.stopped) return;
      for (const line of lines) if (line !== "") this.#apply(line);
    }
  }

  #apply(line: string): void {
    const event = decodeWatchEvent<T>(line);
    if (event.type === "ERROR") throw event.error;
    this.#heard();
    const version = event.object.metadata?.resourceVersion;
    if (version) this.#version = version;
    if (event.type !== "BOOKMARK") this.listener.changed(event.type, event.object);
  }

  /** True: list again at once. An API server that forgets each list at once is asked again only after a wait. */
  #isForgotten(error: WatchError): boolean {
    if (error.code !== HTTP_GONE || this.#version === "") return false;
    this.#version = "";
    const again = this.#relisted;
    this.#relisted = true;
    return !again;
  }

  #heard(): void {
    this.#attempt = 0;
    this.#relisted = false;
  }

  #delay(source: WatchSource<T>, error: WatchError | undefined): number {
    const { code, retryAfterMs = 0 } = error ?? {};
    if (code === HTTP_UNAUTHORIZED || code === HTTP_FORBIDDEN) return REFUSED_RETRY_MS;
    const step = Math.min(this.#attempt++, BACKOFF_MS.length - 1);
    const jitter = 1 + JITTER_PART * (2 * source.random() - 1);
    // A server that names a time is not asked before it; the jitter only adds to that.
    return Math.max((BACKOFF_MS[step] ?? REFUSED_RETRY_MS) * jitter, retryAfterMs * Math.max(1, jitter));
  }
}

function asWatchError(cause: unknown): WatchError {
  if (cause instanceof WatchError) return cause;
  return new WatchError(0, cause instanceof Error ? cause.message : String(cause), { cause });
}
