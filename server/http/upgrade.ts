/**
 * The one `upgrade` listener. Checks in order: request line, Host, credential (Origin with it), path. Whatever is
 * refused gets an HTTP answer and the end of its connection; Next never sees an upgrade (threats.md finding 6).
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Addresses } from "#server/access/addresses.ts";
import type { Grants } from "#server/access/grants.ts";
import type { ClusterRegistry } from "#server/kube/types.ts";
import type { Logger } from "#server/log.ts";
import type { PreviewHandler } from "#server/preview/preview-handler.ts";
import type { SessionRegistry } from "#server/session/session-registry.ts";
import type { Drain } from "./drain.ts";
import { refuseUpgrade } from "./error-response.ts";
import { HttpError } from "./http-error.ts";
import { clusterPath } from "./kube-api/cluster-path.ts";
import type { KubeStreams } from "./kube-api/kube-streams.ts";
import type { Door } from "./recognised.ts";
import { checkRequestLine } from "./request-line.ts";
import { matchPath } from "./router.ts";
import { findCluster } from "./routes/cluster-routes.ts";
import { streamPath } from "./routes/session-routes.ts";
import { attachViewer } from "./routes/session-stream.ts";

export interface UpgradeOptions {
  addresses: Addresses;
  auth: Pick<Door, "authenticateUpgrade">;
  clusters: ClusterRegistry;
  sessions: SessionRegistry;
  grants: Grants;
  streams: KubeStreams;
  drain: Drain;
  preview: PreviewHandler;
  log: Logger;
  /** Development only: Next's own upgrades (/_next/...), behind the same Host and Origin checks. */
  decoy?: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
}

export function createUpgradeListener(options: UpgradeOptions) {
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on("error", () => socket.destroy());
    serve(options, request, socket, head).catch((error) => refuseUpgrade(socket, error, options.log));
  };
}

async function serve(
  options: UpgradeOptions,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const { addresses, auth, clusters, drain } = options;
  const { role, url } = checkRequestLine(request, addresses);
  drain.refuseUpgrade(url);
  drain.enter(socket);
  if (url === null) {
    options.preview.upgrade(request, socket, head, role.forwardId);
    return;
  }
  if (options.decoy && url.pathname.startsWith("/_next/")) {
    if (!addresses.isOwnOrigin(request.headers.origin ?? ""))
      throw new HttpError(403, "not from Porthole's own page");
    if (options.decoy(request, socket, head)) return;
  }
  const caller = auth.authenticateUpgrade(request, url.pathname);

  const session = matchPath("/api/sessions/{id}/stream", url.pathname);
  if (session) {
    const id = session.id!;
    // A path that only decodes to the session's is not the one a ticket was given for.
    if (streamPath(id) !== url.pathname) throw new HttpError(404, "there is no such session");
    await attachViewer(options, caller, id, url.searchParams, { request, socket, head });
    return;
  }
  const target = clusterPath(clusters, request.method ?? "", url.pathname);
  if (!target) throw new HttpError(404, `nothing is at ${url.pathname}`);
  const { path } = target;
  const cluster = findCluster(clusters, target.cluster, caller);
  if (path?.kind !== "stream") throw new HttpError(403, "this path takes no streams through Porthole");
  await options.streams.serve(caller, cluster, path, url.searchParams, { request, socket, head });
}
