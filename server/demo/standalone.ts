/**
 * The demo cluster alone, for tests with a real kubectl, and with the faults that the product does not have:
 *
 *     node --import tsx server/demo/standalone.ts --kubeconfig FILE [--tls-cert F --tls-key F] [--port N]
 *         [--mode legacy|phase1|phase2] [--fault NAME[=VALUE]]... [--no-namespaces]
 *
 * Writes the kubeconfig with the contexts of all four users, prints one line when it serves, and ends on SIGINT or
 * SIGTERM. faults.ts has the names; faults may be given together.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createLogger } from "#server/log.ts";
import { startFaultyDemoCluster } from "./faults/faulty-demo-cluster.ts";
import { kubeconfigText } from "./kubeconfig-text.ts";
import { GENERATION_NAMES, isGenerationName } from "./streams/generation.ts";

const USAGE_STATUS = 2;
/** It holds tokens. */
const PRIVATE_FILE = 0o600;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kubeconfig: { type: "string" },
      "tls-cert": { type: "string" },
      "tls-key": { type: "string" },
      port: { type: "string", default: "0" },
      mode: { type: "string", default: "phase2" },
      fault: { type: "string", multiple: true, default: [] },
      "no-namespaces": { type: "boolean", default: false },
    },
  });
  const { kubeconfig, "tls-cert": certFile, "tls-key": keyFile, port, mode } = values;
  if (!kubeconfig) throw new Error("--kubeconfig FILE says where to write the kubeconfig");
  if (!/^\d{1,5}$/.test(port)) throw new Error("--port takes a number");
  if (!isGenerationName(mode)) throw new Error(`--mode is ${GENERATION_NAMES.join(", ")}, not ${mode}`);
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new Error("--tls-cert and --tls-key go together");
  }
  const tls =
    certFile && keyFile
      ? { cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") }
      : undefined;
  const cluster = await startFaultyDemoCluster({
    log: createLogger("text"),
    port: Number(port),
    mode,
    faults: values.fault,
    namespaces: !values["no-namespaces"],
    ...(tls && { tls }),
  });
  writeFileSync(kubeconfig, kubeconfigText(cluster, tls?.cert), { mode: PRIVATE_FILE });
  process.stdout.write(`The demo cluster is ready at ${cluster.url} (${cluster.isolation})\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void cluster.close().then(() => process.exit(0)));
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = USAGE_STATUS;
});
