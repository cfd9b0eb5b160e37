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
import { sendNoForward } from "./failure-page.ts";
import { sendStatus } from "./own-answers.ts";
import { isOwnPath, serveOwnPath } from "./own-paths.ts";
import { isPreviewPath } from "./preview-path.ts";
import type { PreviewedPorts } from "./previewed-port.ts";
import { type ProxyOptions, proxyRequest } from "./request-proxy.ts";
import { proxyUpgrade } from "./upgrade-proxy.ts";
import { refuseUpgrade } from "./upgrade-refusal.ts";

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
  log: Logger;
}

export interface PreviewHandler {
  /** Whoever calls has checked the Host and taken the id from it. Answers or destroys the response. */
  handle(request: IncomingMessage, response: ServerResponse, forwardId: string): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, forwardId: string): void;
}

/** Methods that change nothing by themselves; a page of another origin may cause these (RFC 9110 section 9.2.1). */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

const UNSIGNED = "not signed in at this forward: open the port again in Porthole";
const FOREIGN = "this request comes from a page of another origin";

export function createPreviewHandler(options: PreviewHandlerOptions): PreviewHandler {
  const { registry, ports, auth, appOrigin, secure, isOwnCredential, log } = options;
  const proxy: ProxyOptions = { appOrigin, isOwnCredential };
  const originOf = (request: IncomingMessage) => `http${secure ? "s" : ""}://${request.headers.host}`;

  async function serve(request: IncomingMessage, response: ServerResponse, forwardId: string): Promise<void> {
    const forward = registry.get(forwardId);
    if (!forward) {
      sendNoForward(request, response, appOrigin);
      return;
    }
    const ownOrigin = originOf(request);
    if (isOwnPath(request.url ?? "")) {
      await serveOwnPath(request, response, forwardId, ownOrigin, auth);
      return;
    }
    const grant = auth.authorise(request.headers.cookie, forwardId);
    if (!grant) {
      if (isNavigation(request)) redirectToApp(request, response, forwardId);
      else sendStatus(response, 401, "Unauthorized", UNSIGNED);
      return;
    }
    if (!SAFE_METHODS.has(request.method ?? "") && isForeign(request, ownOrigin)) {
      sendStatus(response, 403, "Forbidden", FOREIGN);
      return;
    }
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
    const ownOrigin = originOf(request);
    const grant = auth.authorise(request.headers.cookie, forwardId);
    if (!grant) return refuseUpgrade(socket, 401, "Unauthorized", UNSIGNED);
    // WebSockets know no CORS: without this, a page of a sibling forward could open one with our cookie (A1).
    if (request.headers.origin !== ownOrigin) return refuseUpgrade(socket, 403, "Forbidden", FOREIGN);
    if (isOwnPath(request.url ?? "")) return refuseUpgrade(socket, 404, "NotFound", "nothing is here");
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

/** A person who follows a link or types an address, in a whole tab. */
function isNavigation(request: IncomingMessage): boolean {
  const { headers, method } = request;
  return (
    method === "GET" && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document"
  );
}

/**
 * Whether a page of another origin caused the request. SameSite does not tell siblings under one domain apart
 * (A1). Sec-Fetch-Site goes first: a page with a no-referrer policy sends `Origin: null` to its own origin.
 */
function isForeign(request: IncomingMessage, ownOrigin: string): boolean {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  return request.headers.origin !== undefined && request.headers.origin !== ownOrigin;
}
