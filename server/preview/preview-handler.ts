/**
 * Every request and upgrade whose Host is a forward's origin. One check guards all of them; nothing below it runs
 * without the grant it gives (threats.md A7). Next hop: request-proxy.ts, upgrade-proxy.ts, or own-paths.ts
 * for Porthole's own paths.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Grant } from "#server/access/grant.ts";
import type { PreviewAuth } from "#server/access/preview-auth.ts";
import type { Forward } from "#server/forward/forward.ts";
import type { ForwardRegistry } from "#server/forward/forward-registry.ts";
import type { SplicedSocket } from "#server/forward/splice.ts";
import type { Logger } from "#server/log.ts";
import { sendNoForward, sendUnproven } from "./failure-page.ts";
import { sendStatus, wantsPage } from "./own-answers.ts";
import { isOwnPath, serveOwnPath } from "./own-paths.ts";
import { isPreviewPath } from "./preview-path.ts";
import type { PreviewedPorts } from "./previewed-port.ts";
import { isFetchedAhead, isOwnUpgrade, isVisit, originOf } from "./request-origin.ts";
import { type ProxyOptions, proxyRequest } from "./request-proxy.ts";
import { proxyUpgrade } from "./upgrade-proxy.ts";
import { refuseUpgrade } from "./upgrade-refusal.ts";
import { isWorkerScript } from "./worker-script.ts";

export interface PreviewHandlerOptions {
  registry: ForwardRegistry;
  ports: PreviewedPorts;
  auth: PreviewAuth;
  /** Where the app is, for the way to sign in. */
  appOrigin: string;
  /** Previews are https. */
  secure: boolean;
  /** Whether an Authorization value is Porthole's launch token; only then is it kept from the pod. */
  isOwnCredential: (value: string) => boolean;
  /** As RequestRewrite.hosted. */
  hosted: boolean;
  /** Is told of the socket of each request and upgrade that has a grant (threats.md A28). */
  know: (socket: Duplex) => void;
  log: Logger;
}

export interface PreviewHandler {
  /** Whoever calls has checked the Host and taken the id from it. Answers or destroys the response. */
  handle(request: IncomingMessage, response: ServerResponse, forwardId: string): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, forwardId: string): void;
}

const UNSIGNED = "not signed in at this forward: open the port again in Porthole";
const FOREIGN = "this request comes from a page of another origin";

export function createPreviewHandler(options: PreviewHandlerOptions): PreviewHandler {
  const { registry, ports, auth, appOrigin, secure, isOwnCredential, hosted, know, log } = options;
  const proxy: ProxyOptions = { appOrigin, isOwnCredential, hosted };
  const ownOriginOf = (request: IncomingMessage) => `http${secure ? "s" : ""}://${request.headers.host}`;

  async function serve(request: IncomingMessage, response: ServerResponse, forwardId: string): Promise<void> {
    const forward = registry.get(forwardId);
    if (!forward) {
      sendNoForward(request, response, appOrigin);
      return;
    }
    const ownOrigin = ownOriginOf(request);
    if (isOwnPath(request.url ?? "")) {
      // A page that runs before anybody came would use up the code; and none of this is a worker.
      if (isFetchedAhead(request) || isWorkerScript(request)) {
        sendStatus(response, 403, "Forbidden", "this is for a person who comes");
        return;
      }
      await serveOwnPath(request, response, forwardId, ownOrigin, auth);
      return;
    }
    const grant = auth.authorise(request.headers.cookie, forwardId);
    if (!grant) {
      if (request.method === "GET" && isVisit(request)) redirectToApp(request, response, forwardId);
      else sendStatus(response, 401, "Unauthorized", UNSIGNED);
      return;
    }
    const origin = originOf(request, ownOrigin);
    if (origin !== "own") {
      if (origin === "unproven" && wantsPage(request)) sendUnproven(response);
      else sendStatus(response, 403, "Forbidden", FOREIGN);
      return;
    }
    know(request.socket);
    endWith(forward, grant, response);
    await proxyRequest(ports.of(forward), request, response, ownOrigin, proxy);
  }

  async function serveUpgrade(
    request: IncomingMessage,
    socket: SplicedSocket,
    head: Buffer,
    forwardId: string,
  ): Promise<void> {
    const forward = registry.get(forwardId);
    if (!forward) return refuseUpgrade(socket, 404, "NotFound", "there is no such forward");
    const ownOrigin = ownOriginOf(request);
    const grant = auth.authorise(request.headers.cookie, forwardId);
    if (!grant) return refuseUpgrade(socket, 401, "Unauthorized", UNSIGNED);
    if (!isOwnUpgrade(request, ownOrigin)) return refuseUpgrade(socket, 403, "Forbidden", FOREIGN);
    if (isOwnPath(request.url ?? "")) return refuseUpgrade(socket, 404, "NotFound", "nothing is here");
    know(socket);
    endWith(forward, grant, socket);
    await proxyUpgrade(ports.of(forward), request, socket, head, ownOrigin, proxy);
  }

  /** Back to the app, which knows the person and makes a new link. */
  function redirectToApp(request: IncomingMessage, response: ServerResponse, forwardId: string): void {
    const path = isPreviewPath(request.url) ? request.url : "/";
    const query = new URLSearchParams({ forward: forwardId, path });
    response.writeHead(302, {
      Location: `${appOrigin}/open/?${query}`,
      "Cache-Control": "no-store",
      "Referrer-Policy": "no-referrer",
      "Content-Length": 0,
    });
    response.end();
  }

  return {
    handle(request, response, forwardId) {
      serve(request, response, forwardId).catch((error: Error) => {
        // Only a client that broke off while it was read gets here; the response is of no use to it.
        log.debug({ err: error.message }, "a preview request broke off");
        response.destroy();
      });
    },
    upgrade(request, socket, head, forwardId) {
      socket.on("error", () => {});
      const tcp = socket as SplicedSocket;
      serveUpgrade(request, tcp, head, forwardId).catch((error: Error) => {
        log.debug({ err: error.message }, "a preview upgrade broke off");
        socket.destroy();
      });
    },
  };
}

/** A sign-in that is over or a forward that is removed cuts what is open (A17). */
function endWith(forward: Forward, grant: Grant, stream: ServerResponse | Duplex): void {
  const end = () => void stream.destroy();
  const forget = [forward.onClose(end), grant.onEnd(end)];
  stream.once("close", () => {
    for (const done of forget) done();
  });
}
