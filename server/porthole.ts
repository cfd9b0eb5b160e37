/**
 * The composition: the listening socket, the clusters, and the rooms between them. The product and the tests of the
 * whole server start this same function, so that what a test meets is what a person meets.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { checkPreviewSite } from "#server/access/preview-site.ts";
import { isLoopback } from "#server/config/addresses.ts";
import { opensToOthers } from "#server/config/combinations.ts";
import type { Config } from "#server/config/config.ts";
import { ConfigError } from "#server/config/config-error.ts";
import { type ConnectionLimits, limitsFor, maxOpenFiles } from "#server/http/connections/limits.ts";
import { createLimitedServer, listen } from "#server/http/http-server.ts";
import { openSecondDoors, type SecondDoors } from "#server/http/second-doors.ts";
import { SECURITY_HEADERS } from "#server/http/security-headers.ts";
import { type App, createApp } from "./app.ts";
import { type ClusterSet, loadClusterSet, type StartDemo } from "./clusters.ts";
import type { Logger } from "./log.ts";

/** How often it is looked whether anybody is connected. */
const BUSY_CHECK_MS = 50;
/** Where any port will do, and somebody else has the same one at another loopback address. */
const PORTS_TRIED = 10;

export interface DrainLimits {
  atLeastMs: number;
  atMostMs: number;
}

export interface Porthole {
  /** Where browsers find the page; --public-url when there is one. */
  readonly origin: string;
  /** The port really listened on. */
  readonly port: number;
  readonly clusters: ClusterSet;
  /** A link that opens one browser, once; the token of the ready line is for another. */
  mintLaunchLink(): string;
  /**
   * Not ready any more, and nothing new is begun, but what is open goes on, and is told. Resolves at the limit, or when
   * nobody is connected any more, but not before balancers had the time to see it.
   */
  drain(limits: DrainLimits): Promise<void>;
  /**
   * Everything ends, with words, and what is not closed after this long is cut. Resolves when every connection and the
   * demo cluster are gone.
   */
  close(graceMs: number): Promise<void>;
}

/**
 * @param env for the kubeconfig, the proxies and the fallback's switches; flags are in `config` already
 * @param startDemo a test's own demo cluster, with knobs that the product's has not
 * @param limits a test's own, which are reached with few connections
 * @throws ConfigError or KubeError CONFIG with the words for the person who started it
 */
export async function startPorthole(
  config: Config,
  env: NodeJS.ProcessEnv,
  log: Logger,
  startDemo?: StartDemo,
  limits: ConnectionLimits = limitsOf(config),
): Promise<Porthole> {
  for (const warning of checkPreviewSite(config)) log.warn(warning);
  const { server, connections } = createLimitedServer(config.tls, limits, log);
  const sockets = socketsOf(server);
  server.on("request", answerStarting);
  const { port, doors } = await listenOrExplain(server, config);
  let clusters: ClusterSet | null = null;
  try {
    clusters = await loadClusterSet(config, env, log, [port], startDemo);
    const app = await createApp({ config, env, port, clusters, log, connections, pages: pagesDirectory() });
    server.off("request", answerStarting);
    server.on("request", app.onRequest);
    // Without this Node says 100 Continue before a previewed pod has decided.
    server.on("checkContinue", app.onRequest);
    server.on("upgrade", app.onUpgrade);
    return runningPorthole({ server, sockets, port, doors, app, clusters });
  } catch (error) {
    server.close();
    doors?.close();
    await clusters?.close();
    throw error;
  }
}

/** Whoever asks before there is anything to ask, as a kubelet does: a request that nobody hears waits for ever. */
function answerStarting(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { ...SECURITY_HEADERS, Connection: "close", "Retry-After": "1" });
  response.end("Porthole is starting\n");
}

interface Parts {
  server: Server;
  sockets: ReadonlySet<Socket>;
  port: number;
  doors: SecondDoors | null;
  app: App;
  clusters: ClusterSet;
}

function runningPorthole({ server, sockets, port, doors, app, clusters }: Parts): Porthole {
  return {
    origin: app.origin,
    port,
    clusters,
    mintLaunchLink: app.mintLaunchLink,
    async drain({ atLeastMs, atMostMs }) {
      const beganAt = performance.now();
      const passed = () => performance.now() - beganAt;
      app.drain(atMostMs);
      while (passed() < atMostMs && (app.busy > 0 || passed() < atLeastMs)) await sleep(BUSY_CHECK_MS);
    },
    async close(graceMs) {
      app.end();
      const ended = new Promise((resolve) => server.close(resolve));
      doors?.close();
      server.closeIdleConnections();
      const limit = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      await Promise.all([ended, clusters.close()]);
      clearTimeout(limit);
    },
  };
}

/** Those open now. The server itself forgets a connection that was upgraded, and waits for its end all the same. */
function socketsOf(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return sockets;
}

/** With a proxy in front everybody comes from its address. */
function limitsOf({ host, behindProxy, publicUrl, tls }: Config): ConnectionLimits {
  const oneAddress = isLoopback(host) || behindProxy || publicUrl !== undefined;
  return limitsFor({ oneAddress, tls: tls !== undefined, openFiles: maxOpenFiles() });
}

async function listenOrExplain(server: Server, config: Config) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await listenEverywhere(server, config);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EADDRINUSE" || config.port !== 0 || tries === PORTS_TRIED) throw explained(error, config);
    }
  }
}

async function listenEverywhere(server: Server, config: Config) {
  const { host } = config;
  // Browsers come by localhost, or by a name below it.
  const doors = opensToOthers(config) === null ? await openSecondDoors(server, host, config.port) : null;
  try {
    return { port: await listen(server, host, doors?.port ?? config.port), doors };
  } catch (error) {
    doors?.close();
    throw error;
  }
}

function explained(error: unknown, config: Config): ConfigError {
  const { code, message, address = config.host } = error as NodeJS.ErrnoException & { address?: string };
  const where = `${address.includes(":") ? `[${address}]` : address}:${config.port}`;
  if (code === "EADDRINUSE")
    return new ConfigError(`${where} is in use: stop what listens there, or give --port`);
  if (code === "EACCES")
    return new ConfigError(`this user may not listen on ${where}: give a --port above 1023`);
  if (code === "EADDRNOTAVAIL")
    return new ConfigError(`this machine has no address ${config.host}: check --host`);
  return new ConfigError(`cannot listen on ${where}: ${message}`, { cause: error });
}

/** Beside the bundle in production (dist/server.mjs, dist/web). */
function pagesDirectory(): string {
  return join(dirname(fileURLToPath(import.meta.url)), "web");
}
