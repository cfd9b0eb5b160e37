/**
 * The demo cluster's API server: every request and every upgrade comes in here, is authenticated, authorized
 * and handed on. Next hop: resource-handler.ts, log-handler.ts, access-review.ts or stream-endpoint.ts.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "#server/log.ts";
import type { ClusterLogs } from "../cluster-logs.ts";
import type { Generation } from "../streams/generation.ts";
import type { Interference } from "../streams/interference.ts";
import { isStreamSubresource, type StreamEndpoint } from "../streams/stream-endpoint.ts";
import { answerReview, isReview } from "./access-review.ts";
import { ApiError, badRequest, methodNotAllowed, noSuchPath } from "./api-error.ts";
import { refuseUpgrade, refuseUpgradeWith, sendError, sendJson, sendText } from "./api-response.ts";
import { authorize, authorizeCreate } from "./authorization.ts";
import { discover } from "./discovery.ts";
import { serveLog } from "./log-handler.ts";
import { type NonResourceRequest, parseRequest, type ResourceRequest } from "./request-info.ts";
import { serveResource } from "./resource-handler.ts";
import { findKind } from "./resource-kinds.ts";
import type { ObjectStore } from "./store.ts";
import type { Authenticator, User } from "./users.ts";

export interface ApiServerOptions {
  authenticator: Authenticator;
  store: ObjectStore;
  logs: ClusterLogs;
  streams: StreamEndpoint;
  generation: Generation;
  interference: Interference;
  log: Logger;
  tls?: { cert: string; key: string };
}

/** Longer than clients keep a connection for the next request, so that none is closed under one. */
const KEEP_ALIVE_MS = 120_000;
const HEALTH_PATHS = ["/healthz", "/livez", "/readyz"];

/** As Go's net/http. */
const MAX_HEAD_BYTES = 1024 * 1024;

export class ApiServer {
  readonly #server: Server;
  /** Upgraded connections as well, which closing a server leaves open. */
  readonly #sockets = new Set<Socket>();

  constructor(private readonly options: ApiServerOptions) {
    const onRequest = (request: IncomingMessage, response: ServerResponse) =>
      void this.#onRequest(request, response);
    const limits = { maxHeaderSize: MAX_HEAD_BYTES };
    this.#server = options.tls
      ? createTlsServer({ ...limits, ...options.tls }, onRequest)
      : createServer(limits, onRequest);
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS;
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    this.#server.on("upgrade", (request, socket, head) => void this.#onUpgrade(request, socket, head));
  }

  /** Resolves with the port. Rejects with what listen() says, EADDRINUSE for one. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        const address = this.#server.address();
        if (typeof address === "object" && address) resolve(address.port);
      });
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const user = this.options.authenticator.authenticate(request.headers);
      const info = parseRequest(request);
      authorize(user, info);
      if (info.kind === "path") this.#servePath(info, response);
      else await this.#serveResource(user, info, request, response);
    } catch (error) {
      sendError(response, this.#refusal(error));
    }
  }

  #servePath(info: NonResourceRequest, response: ServerResponse): void {
    if (HEALTH_PATHS.includes(info.path)) {
      sendText(response, "ok");
      return;
    }
    const answer = discover(info.path, this.options.generation.version);
    if (answer === undefined) throw noSuchPath();
    sendJson(response, 200, answer);
  }

  async #serveResource(
    user: User,
    info: ResourceRequest,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (isReview(info)) {
      if (info.verb !== "create") throw methodNotAllowed();
      if (info.group === "authorization.k8s.io") await this.options.interference.onReview();
      sendJson(response, 201, await answerReview(user, info, request));
      return;
    }
    const kind = findKind(info.group, info.version, info.resource);
    if (!kind) throw noSuchPath();
    if (kind.plural === "pods" && isStreamSubresource(info.subresource)) {
      this.#authorizeStream(user, info);
      this.options.streams.check(info);
      throw badRequest("Upgrade request required");
    }
    if (info.verb !== "get" && info.verb !== "list" && info.verb !== "watch") throw methodNotAllowed();
    if (info.subresource === "") {
      serveResource(this.options.store, kind, info, request, response);
    } else if (kind.plural === "pods" && info.subresource === "log") {
      await serveLog(this.options.store, this.options.logs, info, response);
    } else {
      throw noSuchPath();
    }
  }

  async #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // A connection reset before the handshake must not end the process.
    socket.on("error", () => socket.destroy());
    const refused = this.options.interference.refusal(request);
    if (refused) {
      refuseUpgradeWith(socket, refused.code, refused.body, { "Content-Type": "text/plain" });
      return;
    }
    try {
      const user = this.options.authenticator.authenticate(request.headers);
      const info = parseRequest(request);
      authorize(user, info);
      if (info.kind !== "resource" || info.resource !== "pods" || !isStreamSubresource(info.subresource)) {
        throw noSuchPath();
      }
      this.#authorizeStream(user, info);
      await this.options.streams.upgrade({ info, request, socket, head });
    } catch (error) {
      refuseUpgrade(socket, this.#refusal(error));
    }
  }

  /** Before the pod is looked up, so that nothing is said of it. */
  #authorizeStream(user: User, info: ResourceRequest): void {
    if (this.options.generation.createCheck) authorizeCreate(user, info);
  }

  #refusal(error: unknown): ApiError {
    if (!(error instanceof ApiError))
      this.options.log.error({ error }, "the demo cluster failed on a request");
    return ApiError.from(error);
  }
}
