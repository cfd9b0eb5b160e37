/** What becomes of a case with kubectl and with Porthole: whether it works, and what the servers saw. */
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pino } from "pino";
import { loadClusters } from "../config/load-clusters.ts";
import { KubeError } from "../errors.ts";
import { kubectl } from "../testing/kubectl.ts";
import type { CorpusCase } from "./corpus-case.ts";
import type { Arrival, World } from "./world.ts";

const KUBECTL_LIMIT_MS = 20_000;
/** Now and then Node's server drops a connection whose client certificate it cannot verify, which it is told to take. */
const DROPPED = /^Unable to connect to the server: .*(EOF|connection reset by peer)$/;
/** A slow kubectl looks at the server's version beside its work, to warn of one that is too old or too new. */
const SKEW_LOOK = /\?timeout=\d+s$/;

export interface Outcome {
  works: boolean;
  seen: Arrival[];
  /** What was said when it does not work. */
  words: string;
}

export interface Compared {
  kubectl: Outcome | null;
  porthole: Outcome;
}

interface Place {
  dir: string;
  env: Record<string, string>;
  kubeconfig: string | undefined;
}

/** Runs both, one after the other, in a directory of the case's own. */
export async function compare(one: CorpusCase, world: World): Promise<Compared> {
  const dir = mkdtempSync(join(tmpdir(), "porthole-corpus-"));
  try {
    for (const [name, content] of Object.entries(one.files(world))) {
      const path = join(dir, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      if (name.endsWith(".sh")) chmodSync(path, 0o755);
    }
    const list = one.list?.split(":").map((name) => (name === "" ? "" : join(dir, name)));
    const env = {
      PATH: process.env.PATH ?? "",
      HOME: dir,
      ...(list ? { KUBECONFIG: list.join(":") } : {}),
      ...one.env?.(world),
    };
    const place = { dir, env, kubeconfig: list ? undefined : join(dir, "config") };
    const run = () => observed(world, () => runKubectl(one, place));
    let theirs = kubectl ? await run() : null;
    if (theirs && DROPPED.test(theirs.words)) theirs = await run();
    return { kubectl: theirs, porthole: await observed(world, () => runPorthole(one, place)) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function observed(world: World, run: () => Promise<string | null>): Promise<Outcome> {
  world.arrivals.length = 0;
  const refusal = await run();
  const seen = world.arrivals.filter(({ path }) => !SKEW_LOOK.test(path));
  return { works: refusal === null, seen, words: refusal ?? "" };
}

/** Null when it worked. */
function runKubectl({ context }: CorpusCase, { dir, env, kubeconfig }: Place): Promise<string | null> {
  const args = [
    ...(kubeconfig ? ["--kubeconfig", kubeconfig] : []),
    ...(context === undefined ? [] : ["--context", context]),
    ...["get", "--raw", "/version"],
  ];
  return new Promise((resolve) => {
    const options = { cwd: dir, env: env as unknown as NodeJS.ProcessEnv, timeout: KUBECTL_LIMIT_MS };
    const child = execFile(kubectl ?? "kubectl", args, options, (error, stdout, stderr) => {
      resolve(error ? `${stdout}${stderr}`.trim() || String(error) : null);
    });
    child.stdin?.end();
  });
}

async function runPorthole({ context }: CorpusCase, { env, kubeconfig }: Place): Promise<string | null> {
  try {
    const registry = await loadClusters({
      env,
      log: pino({ level: "silent" }),
      serviceAccountDir: join(env.HOME ?? "", "none"),
      ...(kubeconfig ? { kubeconfig } : {}),
    });
    try {
      const found = registry.get(context ?? registry.current ?? "");
      if (!found) return "there is no such context";
      await found.as(null).json({ method: "GET", path: "/version" });
      return null;
    } finally {
      registry.close();
    }
  } catch (error) {
    if (error instanceof KubeError) return error.message;
    throw error;
  }
}
