/**
 * One line of a watch (k8s.io/apimachinery pkg/apis/meta/v1 WatchEvent): `{"type":"ADDED","object":{...}}`. A BOOKMARK
 * carries a resource version alone; an ERROR carries a Status and ends the watch.
 */
import type { KubeObject } from "./kube-object.ts";
import { retryAfterMs } from "./retry-after.ts";

/** A list or a watch was refused, or ended with a failure. */
export class WatchError extends Error {
  override readonly name = "WatchError";
  /** How long the answer asked to wait before the next request; 0 when it did not. */
  readonly retryAfterMs: number;
  constructor(
    /** The API server's code; 0 when no answer came, or none that can be read. */
    readonly code: number,
    message: string,
    options?: { cause?: unknown; retryAfterMs?: number },
  ) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs ?? 0;
  }
}

export type WatchEvent<T extends KubeObject> =
  | { type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK"; object: T }
  | { type: "ERROR"; error: WatchError };

const TYPES: readonly string[] = ["ADDED", "MODIFIED", "DELETED", "BOOKMARK"];
/** What an ERROR without a code is counted as. */
const INTERNAL_ERROR = 500;

/** @throws WatchError for a line that is no event, which a proxy's page or a cut line can be */
export function decodeWatchEvent<T extends KubeObject>(line: string): WatchEvent<T> {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch (cause) {
    throw new WatchError(0, "the watch brought something that is no event", { cause });
  }
  if (isRecord(event) && isRecord(event.object)) {
    const { type, object } = event;
    if (type === "ERROR") return { type, error: errorOf(object) };
    // Only the fields' names are trusted from here on: every field of T is optional.
    if (typeof type === "string" && TYPES.includes(type)) return { type, object } as WatchEvent<T>;
  }
  throw new WatchError(0, "the watch brought an event of an unknown kind");
}

function errorOf({ code, message, details }: Record<string, unknown>): WatchError {
  const seconds = isRecord(details) ? details.retryAfterSeconds : undefined;
  return new WatchError(
    typeof code === "number" ? code : INTERNAL_ERROR,
    typeof message === "string" && message !== "" ? message : "the cluster ended the watch",
    { retryAfterMs: typeof seconds === "number" ? retryAfterMs(String(seconds), 0) : 0 },
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
