/** Puts the rooms together behind one listener: order of checks in request-listener.ts and upgrade.ts. */
import { existsSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { SessionRegistry } from "#exec/session-registry";
import { NodeFeatures } from "#kube/node-features";
import type { Cluster, ClusterRegistry } from "#kube/types";
import { ForwardRegistry } from "#portforward/forward-registry";
import { PreviewAuth } from "#portforward/preview-auth";
import { createPreviewHandler } from "#portforward/preview-handler";
import type { LoginInfo } from "#protocol/api";
import { type Config, isLoopback } from "#server/config";
import type { Logger } from "#server/log";
import { VERSION } from "#server/version";
import { FallbackDialer } from "#stream/fallback-dialer";
import { FallbackPolicy } from "#stream/fallback-policy";
import { SpdyDialer } from "#stream/spdy-dialer";
import { WebSocketDialer } from "#stream/websocket-dialer";
import { Addresses } from "./addresses";
import { Auth } from "./auth";
import { clusterRoutes } from "./cluster-routes";
import { CountedDialer } from "./counted-dialer";
import { CreateCheck } from "./create-check";
import { doctorRoutes } from "./doctor-routes";
import { forwardRoutes } from "./forward-routes";
import { healthRoutes } from "./health-routes";
import { KubeStreams } from "./kube-streams";
import { loginRoutes } from "./login-routes";
import { Metrics } from "./metrics";
import { ObservedDialer } from "./observed-dialer";
import { createRequestListener, type PageHandler } from "./request-listener";
import { Router } from "./router";
import { sessionRoutes } from "./session-routes";
import { createStaticPages } from "./static-pages";
import { StreamLog } from "./stream-log";
import { streamRoutes } from "./stream-routes";
import { createUpgradeListener } from "./upgrade";

export interface AppOptions {
  config: Config;
  /** The port really listened on. */
  port: number;
  clusters: ClusterRegistry;
  mode: LoginInfo["mode"];
  log: Logger;
  /** The exported page; in development Next serves it instead. */
  pages: string;
}

export interface App {
  origin: string;
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Not ready any more; sessions and forwards end. */
  drain(): void;
}

export async function createApp(options: AppOptions): Promise<App> {
  const { config, port, clusters, log } = options;
  const addresses = new Addresses({ ...config, port, tls: config.tls !== undefined });
  const auth = new Auth(config.token, addresses, port);
  const policy = new FallbackPolicy(process.env);
  const metrics = new Metrics({
    sessions: () => sessions.list().length,
    forwards: () => forwards.list().length,
  });
  const streamLog = new StreamLog(metrics);
  const nodes = new NodeFeatures();
  const dialerOf = (cluster: Cluster) => {
    const fallback = new FallbackDialer(
      new CountedDialer(new WebSocketDialer(cluster), "websocket", metrics),
      new CountedDialer(new SpdyDialer(cluster), "spdy", metrics),
      policy,
      cluster.name,
    );
    return new ObservedDialer(fallback, cluster, streamLog, nodes);
  };
  const createCheck = new CreateCheck();
  const sessions = new SessionRegistry(log);
  const forwards = new ForwardRegistry({
    log,
    urlOf: (id) => previewUrl(addresses, id),
    removed: (id) => previewAuth.revokeForward(id),
  });
  const previewAuth = new PreviewAuth(addresses.secure);
  const preview = createPreviewHandler({
    registry: forwards,
    auth: previewAuth,
    appOrigin: addresses.appOrigin,
    secure: addresses.secure,
    isOwnCredential: (value) => auth.isLaunchToken(value.replace(/^Bearer +/i, "")),
    log,
  });
  const readiness = { draining: false };
  const info = { version: VERSION, mode: options.mode, previewOrigin: addresses.previewOrigin("<id>") };
  const router = new Router(
    [
      ...healthRoutes(readiness, metrics),
      ...streamRoutes(streamLog),
      ...loginRoutes(auth, info, (browser) => previewAuth.revokeOwner(browser)),
      ...clusterRoutes(clusters),
      ...doctorRoutes(clusters),
      ...sessionRoutes({ auth, clusters, sessions, createCheck, dialerOf }),
      ...forwardRoutes({
        clusters,
        forwards,
        previewAuth,
        createCheck,
        dialerOf,
        addresses,
        mayListen: isLoopback(config.host),
      }),
    ],
    auth,
  );
  const { page, decoy } = await pageOf(options, addresses);
  const shared = { addresses, auth, clusters, preview, log };
  return {
    origin: addresses.appOrigin,
    onRequest: createRequestListener({ ...shared, router, page }),
    onUpgrade: createUpgradeListener({
      ...shared,
      sessions,
      streams: new KubeStreams({ dialerOf, createCheck, log }),
      ...(decoy ? { decoy } : {}),
    }),
    drain() {
      readiness.draining = true;
      sessions.close();
      void forwards.close();
      previewAuth.close();
    },
  };
}

function previewUrl(addresses: Addresses, id: string): string | null {
  const origin = addresses.previewOrigin(id);
  return origin && `${origin}/`;
}

type Decoy = (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;

async function pageOf(
  { config, port, pages, log }: AppOptions,
  addresses: Addresses,
): Promise<{ page: PageHandler; decoy?: Decoy }> {
  // The bundle is built with NODE_ENV=production, which drops this branch and Next with it.
  if (process.env.NODE_ENV !== "production" && config.dev) {
    const { createDevelopmentPages } = await import("./development-pages");
    return createDevelopmentPages(config.host, port);
  }
  if (!existsSync(pages)) {
    log.warn("the page is not built: only the API is served");
    return { page: () => false };
  }
  const socketOrigins = [addresses.appOrigin.replace(/^http/, "ws")];
  return { page: createStaticPages(pages, socketOrigins) };
}
