/** What a request asks of which resource (k8s.io/apiserver pkg/endpoints/request RequestInfo). */
import type { IncomingMessage } from "node:http";
import { noSuchPath } from "./api-error.ts";

export interface ResourceRequest {
  kind: "resource";
  verb: string;
  group: string;
  version: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
  query: URLSearchParams;
}

export interface NonResourceRequest {
  kind: "path";
  verb: string;
  path: string;
  query: URLSearchParams;
}

export type RequestInfo = ResourceRequest | NonResourceRequest;

const VERBS: Record<string, string> = {
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
  GET: "get",
  HEAD: "get",
};

/** @throws ApiError 404 for a path that is no path */
export function parseRequest(request: IncomingMessage): RequestInfo {
  const { parts, pathname, query } = split(request.url ?? "/");
  const methodVerb = VERBS[request.method ?? ""] ?? (request.method ?? "").toLowerCase();
  const [root, ...rest] = parts;
  let group = "";
  let version: string | undefined;
  let tail: string[] = [];
  if (root === "api") [version, ...tail] = rest;
  else if (root === "apis") [group = "", version, ...tail] = rest;
  if (version === undefined || tail.length === 0) {
    return { kind: "path", verb: methodVerb, path: pathname, query };
  }

  let namespace = "";
  // /namespaces/{ns}/{resource}, but /namespaces/{ns} is the namespace object itself.
  if (tail[0] === "namespaces" && tail.length > 2) {
    namespace = tail[1] ?? "";
    tail = tail.slice(2);
  }
  const [resource = "", name = "", subresource = "", ...beyond] = tail;
  if (beyond.length > 0) throw noSuchPath();
  return {
    kind: "resource",
    verb: name === "" ? collectionVerb(methodVerb, query) : methodVerb,
    group,
    version,
    resource,
    subresource,
    namespace,
    name,
    query,
  };
}

/** Booleans in a query: absent, `false` in any case, or `0` are false; all else is true (runtime/conversion.go). */
export function queryFlag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value.toLowerCase() !== "false" && value !== "0";
}

function collectionVerb(methodVerb: string, query: URLSearchParams): string {
  if (methodVerb === "delete") return "deletecollection";
  if (methodVerb !== "get") return methodVerb;
  return queryFlag(query, "watch") ? "watch" : "list";
}

function split(url: string) {
  try {
    // The base only fills in what a request line lacks; an absolute URL in one keeps nothing but its path.
    const { pathname, searchParams } = new URL(url, "http://demo");
    const parts = pathname.split("/").filter((part) => part !== "");
    return { parts: parts.map(decodeURIComponent), pathname, query: searchParams };
  } catch {
    throw noSuchPath();
  }
}
