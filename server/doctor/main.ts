/** `npm run doctor`: reads the kubeconfig as the server does, runs the path doctor, and prints what it finds. */

import type { DoctorStep } from "#protocol/doctor.ts";
import { loadClusters } from "#server/kube/config/load-clusters.ts";
import { pluginRules } from "#server/kube/config/plugin-rules.ts";
import { KubeError } from "#server/kube/errors.ts";
import type { Cluster, ClusterRegistry } from "#server/kube/types.ts";
import { createLogger } from "#server/log.ts";
import { type CommandLine, readCommandLine, USAGE, UsageError } from "./command-line.ts";
import { diagnose } from "./doctor.ts";
import { StepPrinter } from "./print-steps.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;
const DEFAULT_COLUMNS = 80;
const LOGIN_TIMEOUT_MS = 60_000;

async function main(): Promise<number> {
  const options = readCommandLine(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const { kubeconfig, context } = options;
  const log = createLogger("text", "warn");
  const registry = await loadClusters({
    env: process.env,
    log,
    writeKubeconfig: true,
    // Who starts the doctor wants the plugin run, as with kubectl; the kuberc's policy holds here too.
    plugins: pluginRules({ credentialPlugins: "allow", loginTimeoutMs: LOGIN_TIMEOUT_MS }, process.env, log),
    ...(kubeconfig ? { kubeconfig } : {}),
    ...(context ? { context } : {}),
  });
  try {
    return await examine(chosenCluster(registry), options);
  } finally {
    registry.close();
  }
}

/** @throws UsageError */
function chosenCluster(registry: ClusterRegistry): Cluster {
  const chosen = registry.get(registry.current ?? "");
  if (chosen) return chosen.as(null);
  const names = registry.list().map(({ name }) => name);
  if (names.length === 0) throw new UsageError("no kubeconfig was found: give --kubeconfig");
  throw new UsageError(`${registry.noCurrent} Give --context with one of: ${names.join(", ")}`);
}

async function examine(cluster: Cluster, options: CommandLine): Promise<number> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  const { namespace = cluster.namespace, pod, container, idleSeconds, json } = options;
  const target = { namespace, ...(pod ? { pod } : {}), ...(container ? { container } : {}) };
  const { isTTY: terminal = false, columns = DEFAULT_COLUMNS } = process.stdout;
  const write = (text: string) => process.stdout.write(text);
  const colors = terminal && !process.env.NO_COLOR;
  const printer = new StepPrinter({ write, terminal, colors, columns });
  const print = (step: DoctorStep) => (json ? write(`${JSON.stringify(step)}\n`) : printer.print(step));
  if (!json) write(`The way from here to context "${cluster.name}", namespace ${namespace}\n\n`);
  let failed = false;
  for await (const step of diagnose(cluster, target, { idleSeconds, signal: stop.signal })) {
    failed ||= step.result === "failed";
    print(step);
  }
  if (stop.signal.aborted) return EXIT_INTERRUPTED;
  return failed ? EXIT_FAILED : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof UsageError || (error instanceof KubeError && error.code === "CONFIG");
  process.stderr.write(`doctor: ${known ? error.message : (error as Error).stack}\n`);
  process.exitCode = known ? EXIT_USAGE : EXIT_FAILED;
}
