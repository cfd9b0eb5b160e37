/** get, list and watch of every kind, as objects or as tables. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { KubeObject } from "../objects/types.ts";
import { notFound } from "./api-error.ts";
import { sendJson } from "./api-response.ts";
import type { ResourceRequest } from "./request-info.ts";
import { apiVersionOf, type ResourceKind } from "./resource-kinds.ts";
import { selectorsOf } from "./selectors.ts";
import type { ObjectStore } from "./store.ts";
import { negotiateFormat, tableOf } from "./table.ts";
import { serveWatch } from "./watch-handler.ts";

/** @throws ApiError before anything is written */
export function serveResource(
  store: ObjectStore,
  kind: ResourceKind,
  info: ResourceRequest,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const format = negotiateFormat(request.headers.accept);
  if (info.verb === "watch") {
    serveWatch(store, kind, info, format, response);
    return;
  }
  if (info.name !== "") {
    const object = store.get(kind, info.namespace, info.name);
    if (!object) throw notFound(kind.plural, info.name);
    const version = object.metadata.resourceVersion;
    sendJson(response, 200, format === "table" ? tableOf([object], kind.kind, version, info.query) : object);
    return;
  }
  const matches = selectorsOf(info.query, kind.kind);
  const objects = store.list(kind, info.namespace).filter(matches);
  const version = String(store.version);
  sendJson(
    response,
    200,
    format === "table" ? tableOf(objects, kind.kind, version, info.query) : listOf(kind, objects, version),
  );
}

function listOf(kind: ResourceKind, objects: readonly KubeObject[], resourceVersion: string) {
  return {
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata: { resourceVersion },
    // Typed lists name the kind once; their items carry neither kind nor apiVersion.
    items: objects.map(({ kind: _kind, apiVersion: _apiVersion, ...item }) => item),
  };
}
