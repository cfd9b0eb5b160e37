/** The program: reads the configuration, starts Porthole, says where it is, and ends it on a signal. */
import { closeSync, constants, openSync } from "node:fs";
import { opensToOthers } from "#server/config/combinations.ts";
import { type Config, readConfig } from "#server/config/config.ts";
import { oneLine } from "#server/config/config-error.ts";
import { USAGE } from "#server/config/options.ts";
import { openBrowser } from "./browser.ts";
import { createLogger, type Logger, redact } from "./log.ts";
import { type Porthole, startPorthole } from "./porthole.ts";
import { takeStart } from "./start-secrets.ts";
import { tellToken } from "./told-token.ts";
import { VERSION } from "./version.ts";

/** A balancer that asks every second sees that a server without clients stops; others are behind a public one. */
const READINESS_SEEN_MS = 1_000;
/** Once everything was ended, clients are given this long to hear it; then the process ends. */
const SHUTDOWN_MS = 3_000;
/** Connections that go on are cut then, which leaves their ends the rest of the time to arrive. */
const GRACE_MS = SHUTDOWN_MS / 2;
/** One Ctrl-C comes twice: from the terminal, and from npm, which passes on its own. */
const SAME_KEY_MS = 500;
const EXIT_USAGE = 2;
/** Told to stop before it served: 128 and the number of SIGTERM, as shells say it. */
const EXIT_EARLY = 143;
const SIGNALS = ["SIGTERM", "SIGINT"] as const;

async function main(): Promise<void> {
  const { argv, env } = takeStart();
  const config = await readConfig(argv, env);
  if (config.question) {
    process.stdout.write(`${config.question === "help" ? USAGE : VERSION}\n`);
    return;
  }
  const log = createLogger(config.logFormat);
  const told = await tellToken(config, process.env);
  // As the first process of a container it would not be ended by a signal that it does not take.
  const early = () => process.exit(EXIT_EARLY);
  for (const signal of SIGNALS) process.on(signal, early);
  const porthole = await startPorthole(config, process.env, log);
  for (const signal of SIGNALS) process.off(signal, early);
  // Before the ready line: whoever waits for it may send a signal at once.
  const stop = stopOnSignals(porthole, config, log);
  reloadOnHangUp(porthole, log, stop);
  // A full disk, or a reader that has gone: what is served does not end with it.
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) =>
    log.warn(`the ready line could not be written (${code})`),
  );
  process.stdout.write(`Porthole is ready at ${porthole.origin}/${told.fragment}\n`);
  for (const line of config.warnings) log.warn(line);
  for (const line of [told.note, ...porthole.clusters.notes]) if (line) log.info(line);
  if (config.open) openBrowser(porthole.mintLaunchLink(), process.env);
}

type Stop = (drains: boolean) => void;

/**
 * SIGTERM is a supervisor's: who is connected is told and given time (threats.md C6). Ctrl-C is a person's, who does not
 * wait. The second signal is the last.
 */
function stopOnSignals(porthole: Porthole, config: Config, log: Logger): Stop {
  let stoppedAt: number | null = null;
  const stop = async (drains: boolean) => {
    if (stoppedAt !== null && !drains && performance.now() - stoppedAt < SAME_KEY_MS) return;
    if (stoppedAt !== null) process.exit(1);
    stoppedAt = performance.now();
    if (drains) {
      const atMostMs = config.drainMs;
      const hosted = opensToOthers(config) !== null;
      log.info(`stopping: not ready any more; what is open has ${atMostMs / 1_000} s`);
      await porthole.drain({ atMostMs, atLeastMs: hosted ? atMostMs : READINESS_SEEN_MS });
    }
    log.info("stopping: whatever is still open ends now");
    setTimeout(() => process.exit(0), SHUTDOWN_MS).unref();
    porthole.close(GRACE_MS).finally(() => process.exit(0));
  };
  // In development each change of a file restarts the server.
  process.on("SIGTERM", () => stop(!config.dev));
  process.on("SIGINT", () => stop(false));
  return stop;
}

/** SIGHUP reads the kubeconfig again; but when it says that the terminal is gone, it ends Porthole as ever. */
function reloadOnHangUp(porthole: Porthole, log: Logger, stop: Stop): void {
  const hadTerminal = hasTerminal();
  process.on("SIGHUP", () => {
    if (hadTerminal && !hasTerminal()) {
      stop(false);
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
  // What the system refuses (files, memory, addresses) is no fault of the program, and its trace tells nobody anything.
  if (error?.code === "CONFIG" || error?.syscall !== undefined) {
    process.stderr.write(`porthole: ${redact(oneLine(error.message))}\n`);
    process.exit(EXIT_USAGE);
  }
  process.stderr.write(`porthole: ${error?.stack ?? error}\n`);
  process.exit(1);
});
