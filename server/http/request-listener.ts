/** Every HTTP request: Host first, then previews, the API, the Kubernetes API, and the page's files. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Addresses } from "#server/access/addresses.ts";
import type { Grants } from "#server/access/grants.ts";
import type { ClusterRegistry } from "#server/kube/types.ts";
import type { Logger } from "#server/log.ts";
import { sendStopping } from "#server/preview/failure-page.ts";
import type { PreviewHandler } from "#server/preview/preview-handler.ts";
import type { Drain } from "./drain.ts";
import { sendError } from "./error-response.ts";
import { HttpError } from "./http-error.ts";
import { clusterPath, notPassedOn } from "./kube-api/cluster-path.ts";
import { relayRead } from "./kube-api/kube-relay.ts";
import { answerLargeCookies } from "./large-cookies.ts";
import { answerProbe, comesByAddress, isProbe } from "./probes.ts";
import type { Door } from "./recognised.ts";
import { checkRequestLine } from "./request-line.ts";
import type { Router } from "./router.ts";
import { findCluster } from "./routes/cluster-routes.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

/** Serves the page's files; false when there is none at this path. */
export type PageHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) => boolean | Promise<boolean>;

export interface RequestOptions {
  addresses: Addresses;
  auth: Pick<Door, "authenticate">;
  clusters: ClusterRegistry;
  grants: Grants;
  router: Router;
  preview: PreviewHandler;
  page: PageHandler;
  drain: Drain;
  log: Logger;
}

export function createRequestListener(options: RequestOptions) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    // Those behind it in the same packet still come here when a connection was closed for one of them.
    if (request.socket.destroyed) return;
    serve(options, request, response).catch((error) => {
      if (!answerLargeCookies(request, response, error)) sendError(response, error, options.log);
    });
  };
}

async function serve(
  options: RequestOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { addresses, drain } = options;
  const probe = isProbe(request);
  if (probe && comesByAddress(request, addresses)) return answerProbe(request, response, drain.begun);
  // Whoever keeps the connection would come back to a server that is gone.
  if (drain.begun) response.shouldKeepAlive = false;
  const { role, url } = checkRequestLine(request, addresses);
  if (url !== null && probe) return answerProbe(request, response, drain.begun);
  if (url === null && drain.begun) return sendStopping(request, response, addresses.appOrigin);
  drain.enter(response);
  if (url === null) {
    options.preview.handle(request, response, role.forwardId);
    return;
  }
  drain.refuseRequest(request.method, url);
  if (await options.router.dispatch(request, response, url)) return;
  if (url.pathname.startsWith("/clusters/")) {
    // Who may not ask is told nothing about names.
    const caller = options.auth.authenticate(request);
    const target = clusterPath(options.clusters, request.method ?? "", url.pathname);
    if (!target) throw new HttpError(404, `nothing is at ${url.pathname}`);
    const cluster = findCluster(options.clusters, target.cluster, caller);
    const { path } = target;
    if (!path) throw new HttpError(403, notPassedOn(url.pathname));
    if (path.kind === "stream") throw new HttpError(400, "Upgrade request required");
    await relayRead(options.grants, { caller, cluster, target: path, request, response, query: url.search });
    return;
  }
  if (url.pathname.split("/")[1] === "api") throw new HttpError(404, `nothing is at ${url.pathname}`);
  if (request.method !== "GET" && request.method !== "HEAD")
    throw new HttpError(405, "pages are read with GET");
  if (options.addresses.isOtherName(request.headers.host)) {
    // A fragment, and so the token of a link, goes along: browsers keep it over a redirect that has none.
    const Location = options.addresses.appOrigin + url.pathname + url.search;
    response.writeHead(307, { ...SECURITY_HEADERS, Location, "Cache-Control": "no-store" }).end();
    return;
  }
  if (!(await options.page(request, response, url.pathname)))
    throw new HttpError(404, `nothing is at ${url.pathname}`);
}
