/** From the options to everything the checks need: a target, a connection to cut, a kubectl. */
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Kubectl } from "../reference/kubectl-process.ts";
import type { Conformance } from "./check.ts";
import { kubectlFlags } from "./kubectl-flags.ts";
import { type Options, UsageError } from "./options.ts";
import { CUT_CONTEXT, type StartedPorthole, startPorthole } from "./started-porthole.ts";
import { Target } from "./target.ts";

const PODS = ["default/shell", "default/web", "team-a/api"];

export interface OpenConformance {
  conformance: Omit<Conformance, "defer">;
  /** What is looked at, in words. */
  subject: string;
  stop(): Promise<void>;
}

/** @throws UsageError when the cluster has not what the suite needs */
export async function openConformance(options: Options): Promise<OpenConformance> {
  const { cluster, transferBytes, slowReaderMs, webPort, echoPort } = options;
  const numbers = { transferBytes, slowReaderMs, webPort, echoPort };
  if (cluster.kind === "porthole" || cluster.kind === "api-server") {
    const ca = options.ca === undefined ? undefined : readFileSync(options.ca, "utf8");
    const { url: origin, token } = cluster;
    const anywhere = new Target({ origin, token, ca, context: null });
    const context =
      cluster.kind === "porthole" ? (cluster.context ?? (await currentContext(anywhere))) : null;
    const target = context === null ? anywhere : anywhere.withContext(context);
    await requirePods(target);
    const cuttable = "the suite did not start it, so it cannot cut its connections";
    const kubectl = "the suite starts no kubectl for a server that it did not start";
    return {
      conformance: { target, cuttable, kubectl, ...numbers },
      subject: `${origin}${target.prefix}`,
      stop: async () => {},
    };
  }
  const porthole = await startPorthole(cluster);
  try {
    const { origin, token, ca } = porthole;
    const anywhere = new Target({ origin, token, ca, context: null });
    const context = cluster.kind === "demo" ? "demo" : (cluster.context ?? (await currentContext(anywhere)));
    const target = anywhere.withContext(context);
    await requirePods(target);
    const cuttable = await cuttableTarget(porthole, target);
    const kubectl = findKubectl(options.kubectl, porthole, target);
    return {
      conformance: { target, cuttable, kubectl, ...numbers },
      subject: cluster.kind === "demo" ? "the demo cluster" : `the context ${context}`,
      stop: porthole.stop,
    };
  } catch (error) {
    await porthole.stop();
    throw error;
  }
}

async function currentContext(porthole: Target): Promise<string> {
  const { clusters } = await porthole.json<{ clusters: { name: string; current: boolean }[] }>(
    "GET",
    "/api/clusters",
  );
  const current = clusters.find((one) => one.current);
  if (!current) throw new UsageError("the kubeconfig has no current context: give --context NAME");
  return current.name;
}

async function requirePods(target: Target): Promise<void> {
  const missing: string[] = [];
  for (const pod of PODS) {
    const [namespace, name] = pod.split("/");
    const answer = await target.ask("GET", `${target.prefix}/api/v1/namespaces/${namespace}/pods/${name}`);
    if (answer.code === 404) missing.push(pod);
    else if (answer.code !== 200)
      throw new UsageError(`the pod ${pod} cannot be read: ${answer.code} ${answer.body.trim()}`);
    else if (JSON.parse(answer.body).status?.phase !== "Running") missing.push(`${pod} (not running)`);
  }
  if (missing.length > 0) {
    throw new UsageError(
      `The cluster lacks pods that the suite needs: ${missing.join(", ")}.\nCreate them with kubectl apply -f e2e/conformance/pods.yaml`,
    );
  }
}

async function cuttableTarget(
  { cut }: StartedPorthole,
  target: Target,
): Promise<Omit<Conformance, "defer">["cuttable"]> {
  if (typeof cut === "string") return cut;
  const through = target.withContext(CUT_CONTEXT);
  const answer = await through.ask("GET", `${through.prefix}/api/v1/namespaces/default/pods/shell`);
  if (answer.code !== 200) return `the cluster cannot be reached through a plain TCP proxy (${answer.code})`;
  return { target: through, cut };
}

function findKubectl(
  named: string | undefined,
  { caFile, folder }: StartedPorthole,
  target: Target,
): Conformance["kubectl"] {
  const binary =
    named ??
    (process.env.PATH ?? "")
      .split(delimiter)
      .map((place) => join(place, "kubectl"))
      .find(runs);
  if (binary === undefined) return "there is no kubectl on the PATH";
  if (!runs(binary)) throw new UsageError(`${binary} cannot be run`);
  if (caFile === undefined)
    return "kubectl sends its token over TLS only, and there is no openssl to make a certificate";
  return new Kubectl(binary, kubectlFlags(folder, caFile, target), folder);
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
