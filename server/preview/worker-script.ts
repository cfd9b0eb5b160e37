/**
 * A pod's service worker on its way to the browser: what guards Porthole's own paths goes in front of it
 * (worker-guard.ts). Browsers ask for a worker's script by `Service-Worker: script`, and no page can leave that out; so
 * whatever answers such a request is guarded, and nothing that was not comes out of a cache in its place.
 */
import type { IncomingMessage } from "node:http";
import { workerGuard } from "./worker-guard.ts";

/** What may come before "use strict": a licence. Longer ones end the looking. */
const MAX_BEGINNING_BYTES = 16 * 1024;

/** For part of it, or for nothing if it is the one that the browser has: it may have one without a guard. */
const CONDITIONS: ReadonlySet<string> = new Set([
  ...["if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range", "range", "a-im"],
  ...["accept-encoding", "available-dictionary", "dictionary-id"],
]);

/** What the pod says of bytes that are not these, and of keeping them. */
const OF_THE_BODY: ReadonlySet<string> = new Set([
  ...["content-length", "etag", "last-modified", "accept-ranges", "content-range"],
  ...["digest", "content-digest", "repr-digest", "content-md5", "use-as-dictionary"],
  ...["cache-control", "expires", "age", "pragma"],
]);

export function isWorkerScript({ headers }: IncomingMessage): boolean {
  // Either: what stands in front of Porthole may drop one that it does not know.
  return headers["service-worker"] !== undefined || headers["sec-fetch-dest"] === "serviceworker";
}

/** Of the headers for the pod: the whole script, as it is. */
export function askForWhole(headers: readonly string[]): string[] {
  return [...without(headers, CONDITIONS), "Accept-Encoding", "identity"];
}

/** Why an answer cannot be guarded, or null. */
export function workerProblem({ statusCode, headers }: IncomingMessage): string | null {
  // The browser would take what it has.
  if (statusCode === 304) return "the program says that a service worker is not modified, which nobody asked";
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "";
  if (encoding === "" || encoding === "identity") return null;
  return `the program encodes a service worker (${encoding}), although it was asked not to`;
}

/**
 * Of the headers for the browser: nothing is kept that an ordinary request could be answered with, or the other way. And
 * the text is UTF-8, as every worker's is, in which the guard says what it says: UTF-16 would make another of it.
 */
export function neverKept(headers: readonly string[]): string[] {
  const kept = without(headers, OF_THE_BODY).map((text, index, all) => {
    const isType = index % 2 === 1 && all[index - 1]?.toLowerCase() === "content-type";
    return isType ? `${text.split(";", 1)[0]}; charset=utf-8` : text;
  });
  return [...kept, "Cache-Control", "no-store"];
}

function without(headers: readonly string[], names: ReadonlySet<string>): string[] {
  return headers.filter((_text, index) => !names.has((headers[index - (index % 2)] as string).toLowerCase()));
}

/** The script's bytes with the guard in front. What is held is its beginning, until it shows whether it is strict. */
export class GuardedScript {
  #beginning: Buffer | null = Buffer.alloc(0);
  /** Looked at again when it has doubled, so that the smallest pieces cost no more than one. */
  #lookAt = 1;

  constructor(private readonly ownOrigin: string) {}

  /** What may go on, or null when it is too early to say. */
  push(chunk: Buffer): Buffer | null {
    if (this.#beginning === null) return chunk;
    this.#beginning = Buffer.concat([this.#beginning, chunk]);
    const { byteLength } = this.#beginning;
    if (byteLength < this.#lookAt) return null;
    this.#lookAt = byteLength * 2;
    const strict = this.#isStrict();
    return strict === null && byteLength < MAX_BEGINNING_BYTES ? null : this.#start(strict === true);
  }

  /** What was held until the end. */
  end(): Buffer | null {
    return this.#beginning && this.#start(this.#isStrict() === true);
  }

  /** By no more than the limit, however the bytes came: what a browser compares must be the same each time. */
  #isStrict(): boolean | null {
    return isStrict(this.#beginning?.toString("latin1", 0, MAX_BEGINNING_BYTES) ?? "");
  }

  #start(strict: boolean): Buffer {
    const whole = [Buffer.from(workerGuard(this.ownOrigin, strict)), this.#beginning as Buffer];
    this.#beginning = null;
    return Buffer.concat(whole);
  }
}

const DIRECTIVE = "use strict";
/** UTF-8's, byte by byte. */
const MARK = "\xef\xbb\xbf";

/** Null: nothing but space and comments so far, or half a word. A loop, so that no text is read twice: it is the pod's. */
function isStrict(text: string): boolean | null {
  if (MARK.startsWith(text)) return null;
  let at = text.startsWith(MARK) ? MARK.length : 0;
  for (;;) {
    while (at < text.length && /\s/.test(text[at] as string)) at += 1;
    const comment = { "/*": "*/", "//": "\n" }[text.slice(at, at + 2)];
    if (comment === undefined) break;
    const end = text.indexOf(comment, at + 2);
    if (end < 0) return null;
    at = end + comment.length;
  }
  const rest = text.slice(at, at + DIRECTIVE.length + 2);
  const [quote = ""] = rest;
  if (quote === "" || rest === "/") return null;
  if (quote !== '"' && quote !== "'") return false;
  const whole = quote + DIRECTIVE + quote;
  if (rest.length < whole.length && whole.startsWith(rest)) return null;
  return rest === whole;
}
