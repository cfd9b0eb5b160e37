/** The program: reads the configuration, starts Porthole, says where it is, and ends it on a signal. */
import { closeSync, constants, openSync } from "node:fs";
import { openBrowser } from "./browser.ts";
import { ConfigError, readConfig, USAGE } from "./config.ts";
import { createLogger, type Logger } from "./log.ts";
import { type Porthole, startPorthole } from "./porthole.ts";
import { VERSION } from "./version.ts";

/** Open streams are given this long after a signal; then the process ends. */
const SHUTDOWN_MS = 3_000;
/** Connections that go on are cut then, which leaves their ends the rest of the time to arrive. */
const GRACE_MS = SHUTDOWN_MS / 2;
const EXIT_USAGE = 2;

async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2), process.env);
  if (config.help || config.version) {
    process.stdout.write(`${config.help ? USAGE : VERSION}\n`);
    return;
  }
  const log = createLogger(config.logFormat);
  const porthole = await startPorthole(config, process.env, log);
  const url = `${porthole.origin}/#t=${config.token}`;
  process.stdout.write(`Porthole is ready at ${url}\n`);
  for (const line of porthole.clusters.notes) log.info(line);
  if (config.open) openBrowser(url, process.env);
  stopOnSignals(porthole, log);
  reloadOnHangUp(porthole, log);
}

function stopOnSignals(porthole: Porthole, log: Logger): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info("stopping");
    setTimeout(() => process.exit(0), SHUTDOWN_MS).unref();
    porthole.close(GRACE_MS).finally(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

/** SIGHUP reads the kubeconfig again; but when it says that the terminal is gone, it ends Porthole as ever. */
function reloadOnHangUp(porthole: Porthole, log: Logger): void {
  const hadTerminal = hasTerminal();
  process.on("SIGHUP", () => {
    if (hadTerminal && !hasTerminal()) {
      process.kill(process.pid, "SIGTERM");
      return;
    }
    log.info("SIGHUP: reading the kubeconfig again");
    void porthole.clusters.reload();
  });
}

/** A terminal that was closed cannot be opened any more. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", constants.O_RDONLY | constants.O_NOCTTY));
    return true;
  } catch {
    return false;
  }
}

main().catch((error) => {
  if (error instanceof ConfigError || error?.code === "CONFIG") {
    process.stderr.write(`porthole: ${error.message}\n`);
    process.exit(EXIT_USAGE);
  }
  process.stderr.write(`porthole: ${error?.stack ?? error}\n`);
  process.exit(1);
});
