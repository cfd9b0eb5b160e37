/** Finds the handler of a request and guards it: what is not marked public needs a Caller. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "#server/access/caller.ts";
import { whileSignedIn } from "#server/access/while-signed-in.ts";
import { abortable } from "#server/kube/api/abortable.ts";
import { HttpError } from "./http-error.ts";
import { clusterNameIn, decodeSegment } from "./path-segments.ts";
import type { Door } from "./recognised.ts";
import { readJson } from "./request-body.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

/** In a pattern. */
const CLUSTER = "{cluster}";

export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** The decoded {names} of the pattern. */
  params: Record<string, string>;
  query: URLSearchParams;
}

export interface GuardedExchange extends Exchange {
  caller: Caller;
  /** Fires when the client is gone, and when the caller's sign-in is over: nobody waits for the answer any more. */
  signal: AbortSignal;
  /** The body; not from who signed out before it was whole. @throws HttpError, AccessError */
  readJson(): Promise<Record<string, unknown>>;
}

export type Route = { method: "GET" | "POST" | "DELETE"; pattern: string } & (
  | { access: "public"; handle(exchange: Exchange): Promise<void> | void }
  | { access: "guarded"; handle(exchange: GuardedExchange): Promise<void> | void }
);

/**
 * Values of {names} when the path fits; null when it does not or is not valid percent-encoding. The {cluster} may be
 * more than one segment, as below /clusters.
 */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = path.split("/");
  const more = wanted.includes(CLUSTER) ? given.length - wanted.length : 0;
  if (more < 0 || wanted.length + more !== given.length) return null;
  const params: Record<string, string> = {};
  for (const part of wanted) {
    const segments = given.splice(0, part === CLUSTER ? 1 + more : 1);
    if (!part.startsWith("{")) {
      if (part !== segments[0]) return null;
      continue;
    }
    const value = part === CLUSTER ? clusterNameIn(segments) : decodeSegment(segments[0]!) || null;
    if (value === null) return null;
    params[part.slice(1, -1)] = value;
  }
  return params;
}

export class Router {
  constructor(
    readonly routes: readonly Route[],
    private readonly auth: Pick<Door, "authenticate">,
  ) {}

  /**
   * @returns false when no route has this path
   * @throws HttpError 401, 403, 405 and whatever the handler throws
   */
  async dispatch(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    const fitting = this.routes.flatMap((route) => {
      const params = matchPath(route.pattern, url.pathname);
      return params ? [{ route, params }] : [];
    });
    if (fitting.length === 0) return false;
    const found = fitting.find(({ route }) => route.method === request.method);
    if (!found) {
      const Allow = fitting.map(({ route }) => route.method).join(", ");
      throw new HttpError(405, `${request.method} is not for ${url.pathname}`, { headers: { Allow } });
    }
    const { route, params } = found;
    const exchange = { request, response, params, query: url.searchParams };
    if (route.access === "public") await route.handle(exchange);
    else {
      const caller = this.auth.authenticate(request);
      const gone = new AbortController();
      whenClosed(response, () => gone.abort());
      await whileSignedIn(caller, gone.signal, (signal) =>
        route.handle({
          ...{ ...exchange, caller, signal },
          readJson: () => abortable(readJson(request), signal),
        }),
      );
    }
    return true;
  }
}

/** Runs the hook when the client has the answer or is gone, at once when it is gone already. */
export function whenClosed(response: ServerResponse, hook: () => void): void {
  if (response.closed) hook();
  else response.once("close", hook);
}

export function sendJson(
  response: ServerResponse,
  code: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  const body = `${JSON.stringify(value)}\n`;
  response.writeHead(code, {
    ...SECURITY_HEADERS,
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
    ...headers,
  });
  response.end(body);
}

export function sendNothing(response: ServerResponse, headers: Record<string, string> = {}): void {
  response.writeHead(204, { ...SECURITY_HEADERS, "Cache-Control": "no-store", ...headers });
  response.end();
}
