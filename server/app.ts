/** Puts the rooms together behind one listener: order of checks in request-listener.ts and upgrade.ts. */
import { existsSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { Addresses } from "#server/access/addresses.ts";
import { Auth } from "#server/access/auth.ts";
import { Grants } from "#server/access/grants.ts";
import { PreviewAuth } from "#server/access/preview-auth.ts";
import { opensToOthers } from "#server/config/combinations.ts";
import type { Config } from "#server/config/config.ts";
import { ForwardRegistry } from "#server/forward/forward-registry.ts";
import type { Connections } from "#server/http/connections/connections.ts";
import { Drain } from "#server/http/drain.ts";
import { KubeStreams } from "#server/http/kube-api/kube-streams.ts";
import { createStaticPages } from "#server/http/pages/static-pages.ts";
import { recognised } from "#server/http/recognised.ts";
import { createRequestListener, type PageHandler } from "#server/http/request-listener.ts";
import { Router } from "#server/http/router.ts";
import { clusterRoutes } from "#server/http/routes/cluster-routes.ts";
import { credentialRoutes } from "#server/http/routes/credential-routes.ts";
import { doctorRoutes } from "#server/http/routes/doctor-routes.ts";
import { forwardRoutes } from "#server/http/routes/forward-routes.ts";
import { loginRoutes } from "#server/http/routes/login-routes.ts";
import { metricsRoutes } from "#server/http/routes/metrics-routes.ts";
import { sessionRoutes } from "#server/http/routes/session-routes.ts";
import { streamRoutes } from "#server/http/routes/stream-routes.ts";
import { createUpgradeListener } from "#server/http/upgrade.ts";
import { NodeFeatures } from "#server/kube/api/node-features.ts";
import type { Cluster } from "#server/kube/types.ts";
import { countConnections } from "#server/observe/connection-metrics.ts";
import { CountedDialer } from "#server/observe/counted-dialer.ts";
import { Metrics } from "#server/observe/metrics.ts";
import { ObservedDialer } from "#server/observe/observed-dialer.ts";
import { StreamLog } from "#server/observe/stream-log.ts";
import { createPreviewHandler } from "#server/preview/preview-handler.ts";
import { PreviewedPorts } from "#server/preview/previewed-port.ts";
import { SessionRegistry } from "#server/session/session-registry.ts";
import { FallbackDialer } from "#server/stream/dial/fallback-dialer.ts";
import { FallbackPolicy } from "#server/stream/dial/fallback-policy.ts";
import { SpdyDialer } from "#server/stream/dial/spdy-dialer.ts";
import { WebSocketDialer } from "#server/stream/dial/websocket-dialer.ts";
import type { ClusterSet } from "./clusters.ts";
import type { Logger } from "./log.ts";
import { VERSION } from "./version.ts";

export interface AppOptions {
  config: Config;
  env: NodeJS.ProcessEnv;
  /** The port really listened on. */
  port: number;
  clusters: ClusterSet;
  log: Logger;
  /** The exported page; in development Next serves it instead. */
  pages: string;
  connections: Connections;
}

export interface App {
  origin: string;
  /** A link that opens one browser, once. */
  mintLaunchLink(): string;
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Not ready any more: nothing new is begun, and whoever looks at a shell is told how long it still has. */
  drain(limitMs: number): void;
  /** Requests and connections of clients that would be cut now. */
  readonly busy: number;
  /** Whatever still runs ends, and its client is told why. */
  end(): void;
}

export async function createApp(options: AppOptions): Promise<App> {
  const { config, env, port, log, connections } = options;
  const { registry: clusters, demo } = options.clusters;
  const addresses = new Addresses({ ...config, port, tls: config.tls !== undefined });
  const auth = new Auth({ value: config.token, chosen: config.tokenChosen }, addresses, port, log);
  const know = (socket: Duplex) => connections.know(socket);
  const door = recognised(auth, know);
  const policy = new FallbackPolicy(env);
  const metrics = new Metrics({
    sessions: () => sessions.list().length,
    forwards: () => forwards.list().length,
  });
  countConnections(metrics.registry, connections);
  const streamLog = new StreamLog(metrics);
  const nodes = new NodeFeatures();
  const dialerOf = (cluster: Cluster) => {
    const fallback = new FallbackDialer(
      new CountedDialer(new WebSocketDialer(cluster), "websocket", metrics),
      new CountedDialer(new SpdyDialer(cluster), "spdy", metrics),
      policy,
      cluster.key,
    );
    return new ObservedDialer(fallback, cluster, streamLog, nodes);
  };
  const grants = new Grants();
  const sessions = new SessionRegistry(log);
  const forwards = new ForwardRegistry({
    log,
    removed: (id) => previewAuth.revokeForward(id),
  });
  const { secure } = addresses;
  const previewAuth = new PreviewAuth({ secure, grants, callerOf: (id) => auth.callerOf(id) });
  const previews = new PreviewedPorts((id) => previewUrl(addresses, id));
  const localPorts = opensToOthers(config) === null;
  const preview = createPreviewHandler({
    registry: forwards,
    ports: previews,
    auth: previewAuth,
    appOrigin: addresses.appOrigin,
    secure: addresses.secure,
    know,
    isOwnCredential: (value) => auth.ownBearer.isOwn(value),
    hosted: !localPorts,
    log,
  });
  const drain = new Drain();
  const info = {
    version: VERSION,
    mode: demo ? ("demo" as const) : ("laptop" as const),
    ...(demo && { demo: { isolation: demo.isolation } }),
    previewOrigin: addresses.previewOrigin("<id>"),
    localPorts,
  };
  const router = new Router(
    [
      ...metricsRoutes(metrics),
      ...streamRoutes(streamLog),
      ...loginRoutes(auth, info),
      ...clusterRoutes(clusters),
      ...credentialRoutes(clusters),
      ...doctorRoutes(clusters, grants),
      ...sessionRoutes({ auth, clusters, sessions, grants, dialerOf }),
      ...forwardRoutes({
        clusters,
        forwards,
        previews,
        previewAuth,
        grants,
        dialerOf,
        addresses,
        mayListen: localPorts,
      }),
    ],
    door,
  );
  const { page, decoy } = await pageOf(options, addresses, know);
  const shared = { addresses, auth: door, clusters, grants, preview, drain, log };
  return {
    origin: addresses.appOrigin,
    mintLaunchLink: () => auth.mintLaunchLink().url,
    onRequest: createRequestListener({ ...shared, router, page }),
    onUpgrade: createUpgradeListener({
      ...shared,
      sessions,
      streams: new KubeStreams({ dialerOf, grants, log }),
      ...(decoy ? { decoy } : {}),
    }),
    drain(limitMs) {
      drain.begin();
      sessions.announceStop(performance.now() + limitMs);
      forwards.drain();
    },
    get busy() {
      return drain.busy + forwards.connections;
    },
    end() {
      drain.begin();
      // First: a viewer whose own grant ended before its session would be told nothing of the shell.
      sessions.close();
      grants.stop();
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
  know: (socket: Duplex) => void,
): Promise<{ page: PageHandler; decoy?: Decoy }> {
  const socketOrigins = [addresses.appOrigin.replace(/^http/, "ws")];
  // The bundle is built with NODE_ENV=production, which drops this branch and Next with it.
  if (process.env.NODE_ENV !== "production" && config.dev) {
    const { createDevelopmentPages } = await import("#server/http/pages/development-pages.ts");
    return createDevelopmentPages({ hostname: config.host, port, socketOrigins, know });
  }
  if (!existsSync(pages)) {
    log.warn("the page is not built: only the API is served");
    return { page: () => false };
  }
  return { page: createStaticPages(pages, socketOrigins) };
}
