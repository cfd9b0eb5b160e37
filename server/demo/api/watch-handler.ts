/** One watch: changes of one kind as JSON lines, from a version on (k8s.io/apiserver pkg/endpoints/handlers/watch.go). */
import type { ServerResponse } from "node:http";
import type { KubeObject } from "../objects/types.ts";
import { ApiError, badRequest } from "./api-error.ts";
import { queryFlag, type ResourceRequest } from "./request-info.ts";
import { apiVersionOf, type ResourceKind } from "./resource-kinds.ts";
import { type Matcher, selectorsOf } from "./selectors.ts";
import type { Change, ObjectStore } from "./store.ts";
import { type Format, tableOf } from "./table.ts";

/** A watch without timeoutSeconds ends after this, and the client comes back. */
const DEFAULT_TIMEOUT_MS = 30 * 60_000;
const MAX_TIMEOUT_MS = 60 * 60_000;
const BOOKMARK_PERIOD_MS = 60_000;
/** A watcher that does not read is cut off with this much waiting; it lists again. */
const MAX_WAITING_BYTES = 1024 * 1024;

type EventType = "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";

interface WatchOptions {
  /** Null: begin with everything there is. */
  from: number | null;
  /** A bookmark marks the end of what there was (sendInitialEvents). */
  initialEvents: boolean;
  bookmarks: boolean;
  timeoutMs: number;
}

/** @throws ApiError 400 before anything is written; a version that is too old is an ERROR event, as upstream. */
export function serveWatch(
  store: ObjectStore,
  kind: ResourceKind,
  info: ResourceRequest,
  format: Format,
  response: ServerResponse,
): void {
  const matches = selectorsOf(info.query, kind.kind);
  const options = watchOptions(info.query);
  const inScope = (object: KubeObject) =>
    (info.namespace === "" || object.metadata.namespace === info.namespace) && matches(object);
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
  response.flushHeaders();

  const send = (type: EventType, object: unknown) => {
    response.write(`${JSON.stringify({ type, object })}\n`);
    if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
  };
  const sendObject = (type: EventType, object: KubeObject) =>
    send(
      type,
      format === "table" ? tableOf([object], kind.kind, object.metadata.resourceVersion, info.query) : object,
    );
  const sendChange = (change: Change) => {
    const type = change.kind === kind ? visibleAs(change, inScope) : null;
    if (type) sendObject(type, change.object);
  };

  try {
    const past = options.from === null ? [] : store.changesSince(options.from);
    if (options.from === null) {
      for (const object of store.list(kind).filter(inScope)) sendObject("ADDED", object);
    }
    for (const change of past) sendChange(change);
  } catch (error) {
    send("ERROR", ApiError.from(error).toStatus());
    response.end();
    return;
  }
  const bookmark = (annotations?: Record<string, string>) =>
    send("BOOKMARK", bookmarkOf(kind, store.version, format, annotations));
  if (options.initialEvents) bookmark({ "k8s.io/initial-events-end": "true" });

  const unsubscribe = store.subscribe(sendChange);
  const timeout = setTimeout(() => response.end(), options.timeoutMs);
  const bookmarks = options.bookmarks ? setInterval(bookmark, BOOKMARK_PERIOD_MS) : undefined;
  timeout.unref();
  bookmarks?.unref();
  response.once("close", () => {
    unsubscribe();
    clearTimeout(timeout);
    clearInterval(bookmarks);
  });
}

/** What a change is to a watcher with selectors: an object may enter or leave what it sees. */
function visibleAs(change: Change, matches: Matcher): EventType | null {
  const now = change.type !== "DELETED" && matches(change.object);
  const before = change.previous !== null && matches(change.previous);
  if (now) return before ? "MODIFIED" : "ADDED";
  return before ? "DELETED" : null;
}

function bookmarkOf(
  kind: ResourceKind,
  version: number,
  format: Format,
  annotations?: Record<string, string>,
): unknown {
  const metadata = {
    resourceVersion: String(version),
    creationTimestamp: null,
    ...(annotations && { annotations }),
  };
  if (format === "table") return { kind: "Table", apiVersion: "meta.k8s.io/v1", metadata, rows: [] };
  return { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata };
}

function watchOptions(query: URLSearchParams): WatchOptions {
  const version = query.get("resourceVersion") ?? "";
  if (!/^\d{0,15}$/.test(version)) {
    throw badRequest(`resourceVersion: Invalid value: ${JSON.stringify(version)}: must be a number`);
  }
  const initialEvents = queryFlag(query, "sendInitialEvents");
  const fromNow = version === "" || version === "0" || initialEvents;
  const seconds = query.get("timeoutSeconds") ?? "0";
  if (!/^\d{1,9}$/.test(seconds)) throw badRequest("timeoutSeconds must be a whole number");
  return {
    from: fromNow ? null : Number(version),
    initialEvents,
    bookmarks: queryFlag(query, "allowWatchBookmarks"),
    timeoutMs: seconds === "0" ? DEFAULT_TIMEOUT_MS : Math.min(Number(seconds) * 1000, MAX_TIMEOUT_MS),
  };
}
