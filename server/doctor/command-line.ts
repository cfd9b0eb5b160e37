/** The flags of `npm run doctor`. */
import { parseArgs } from "node:util";
import { DEFAULT_IDLE_SECONDS, MAX_IDLE_SECONDS } from "#protocol/doctor.ts";

export interface CommandLine {
  kubeconfig?: string;
  context?: string;
  namespace?: string;
  pod?: string;
  container?: string;
  idleSeconds: number;
  json: boolean;
  help: boolean;
}

/** A flag that cannot be used; the message is the whole output, exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "USAGE";
}

export const USAGE = `Usage: npm run doctor -- [flags]

Tries the way to a pod step by step and says which hop fails and what to change.

  --context NAME      the kubeconfig's current context when absent
  --kubeconfig FILE   as kubectl: KUBECONFIG (merged), ~/.kube/config, then in-cluster
  --namespace NAME    the context's namespace when absent
  --pod NAME          a running pod of the namespace when absent
  --container NAME    the pod's default container when absent
  --idle SECONDS      how long quiet streams are watched (${DEFAULT_IDLE_SECONDS}; 0 leaves it out, at most ${MAX_IDLE_SECONDS})
  --json              one JSON object in each line, as POST /api/doctor answers

Exit status: 0 when all is well, 1 when a step failed, 2 for a wrong flag.`;

/**
 * @param argv without node and script
 * @throws UsageError
 */
export function readCommandLine(argv: string[]): CommandLine {
  const values = parse(argv);
  const { idle, json = false, help = false, ...places } = values;
  if (places.container !== undefined && places.pod === undefined) {
    throw new UsageError("--container needs --pod");
  }
  return { ...places, idleSeconds: readIdle(idle), json, help };
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        context: { type: "string" },
        kubeconfig: { type: "string" },
        namespace: { type: "string" },
        pod: { type: "string" },
        container: { type: "string" },
        idle: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean" },
      },
      strict: true,
      allowPositionals: false,
    }).values;
  } catch (error) {
    const first = (error as Error).message.split(/\.(?:\s|$)/)[0];
    throw new UsageError(`${first}; see --help`, { cause: error });
  }
}

function readIdle(text: string | undefined): number {
  if (text === undefined) return DEFAULT_IDLE_SECONDS;
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds <= MAX_IDLE_SECONDS)) {
    throw new UsageError(`--idle is a number of seconds from 0 to ${MAX_IDLE_SECONDS}, not ${text}`);
  }
  return seconds;
}
