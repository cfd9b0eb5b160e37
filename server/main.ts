/** The composition root: configuration, clusters, handlers, the listening socket, and the way down. */
import type { Server } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createApp } from "#server/http/app.ts";
import { createLimitedServer, listen } from "#server/http/http-server.ts";
import { openBrowser } from "./browser.ts";
import { type ClusterSet, loadClusterSet } from "./clusters.ts";
import { type Config, ConfigError, readConfig, USAGE } from "./config.ts";
import { createLogger, type Logger } from "./log.ts";
import { VERSION } from "./version.ts";

/** Open streams are given this long after a signal; then the process ends. */
const SHUTDOWN_MS = 3_000;
const EXIT_USAGE = 2;

async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2), process.env);
  if (config.help || config.version) {
    process.stdout.write(`${config.help ? USAGE : VERSION}\n`);
    return;
  }
  const log = createLogger(config.logFormat);
  const server = createLimitedServer(config.tls);
  const port = await listenOrExplain(server, config);
  const clusterSet = await loadClusterSet(config, process.env, log, [port]);
  const app = await createApp({
    config,
    port,
    clusters: clusterSet.registry,
    mode: clusterSet.mode,
    log,
    pages: pagesDirectory(),
  });
  server.on("request", app.onRequest);
  // Without this Node says 100 Continue before a previewed pod has decided.
  server.on("checkContinue", app.onRequest);
  server.on("upgrade", app.onUpgrade);
  const url = `${app.origin}/#t=${config.token}`;
  process.stdout.write(`Porthole is ready at ${url}\n`);
  for (const line of clusterSet.notes) log.info(line);
  if (config.open) openBrowser(url, process.env);
  stopOnSignals(server, app.drain, clusterSet, log);
}

async function listenOrExplain(server: Server, config: Config): Promise<number> {
  try {
    return await listen(server, config.host, config.port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const where = `${config.host}:${config.port}`;
    if (code === "EADDRINUSE")
      throw new ConfigError(`${where} is in use: stop what listens there, or give --port`);
    if (code === "EACCES")
      throw new ConfigError(`this user may not listen on ${where}: give a --port above 1023`);
    if (code === "EADDRNOTAVAIL")
      throw new ConfigError(`this machine has no address ${config.host}: check --host`);
    throw new ConfigError(`cannot listen on ${where}: ${message}`, { cause: error });
  }
}

/** Beside the bundle in production (dist/server.mjs, dist/web). */
function pagesDirectory(): string {
  return join(dirname(fileURLToPath(import.meta.url)), "web");
}

function stopOnSignals(server: Server, drain: () => void, clusterSet: ClusterSet, log: Logger): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info("stopping");
    drain();
    const ended = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    const limit = setTimeout(() => process.exit(0), SHUTDOWN_MS);
    limit.unref();
    Promise.all([ended, clusterSet.close()]).finally(() => process.exit(0));
    setTimeout(() => server.closeAllConnections(), SHUTDOWN_MS / 2).unref();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

main().catch((error) => {
  if (error instanceof ConfigError || error?.code === "CONFIG") {
    process.stderr.write(`porthole: ${error.message}\n`);
    process.exit(EXIT_USAGE);
  }
  process.stderr.write(`porthole: ${error?.stack ?? error}\n`);
  process.exit(1);
});
