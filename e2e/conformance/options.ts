/** The command line of the suite. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const MIB = 1024 * 1024;

export interface Options {
  /** Which cluster: exactly one of these. */
  cluster:
    | { kind: "kubeconfig"; file: string | undefined; context: string | undefined }
    | { kind: "demo" }
    | { kind: "porthole"; url: string; token: string; context: string | undefined }
    | { kind: "api-server"; url: string; token: string };
  /** Whom to trust; absent: what the system trusts. */
  ca: string | undefined;
  kubectl: string | undefined;
  /** Only checks whose title contains it. */
  only: string;
  transferBytes: number;
  slowReaderMs: number;
  webPort: number;
  echoPort: number;
  list: boolean;
}

export const USAGE = `Usage: npm run conformance -- [flags]

Tries what protocol by protocol a Porthole in front of a cluster must do. The cluster needs the pods of
e2e/conformance/pods.yaml.

  --kubeconfig FILE, --context NAME   starts the built product on this cluster (as kubectl: KUBECONFIG, current context)
  --demo                              the same on the embedded demo cluster
  --porthole URL --token T            a Porthole that runs already; with --context NAME, or its current one
  --api-server URL --token T          no Porthole: what does the cluster itself do?
  --ca FILE                           certificates to trust for --porthole or --api-server
  --kubectl FILE                      the kubectl to try as well (else the one on the PATH)
  --only TEXT                         checks whose title contains TEXT
  --transfer-mib N                    size of the big transfers (16)
  --slow-seconds N                    how long the slow reader does not read (5)
  --web-port N, --echo-port N         ports of default/web: HTTP (8080), TCP echo (9090)
  --list                              prints the checks and where each comes from, and tries none`;

/** What was asked cannot be done; the message is for the person. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** @param folder where the person stands: relative paths begin there. @throws UsageError */
export function readOptions(argv: readonly string[], folder: string): Options | "help" {
  const values = parse(argv);
  if (values.help) return "help";
  const file = (name: string | undefined) => (name === undefined ? undefined : resolve(folder, name));
  return {
    cluster: cluster(values, file(values.kubeconfig)),
    ca: file(values.ca),
    kubectl: file(values.kubectl),
    only: values.only ?? "",
    transferBytes: number(values["transfer-mib"], 16, "--transfer-mib") * MIB,
    slowReaderMs: number(values["slow-seconds"], 5, "--slow-seconds") * 1000,
    webPort: number(values["web-port"], 8080, "--web-port"),
    echoPort: number(values["echo-port"], 9090, "--echo-port"),
    list: values.list === true,
  };
}

function parse(argv: readonly string[]) {
  const text = { type: "string" } as const;
  const yes = { type: "boolean" } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        ...{
          kubeconfig: text,
          context: text,
          demo: yes,
          porthole: text,
          "api-server": text,
          token: text,
          ca: text,
        },
        ...{ kubectl: text, only: text, "transfer-mib": text, "slow-seconds": text, "web-port": text },
        ...{ "echo-port": text, list: yes, help: yes },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function cluster(values: ReturnType<typeof parse>, file: string | undefined): Options["cluster"] {
  const { porthole, "api-server": apiServer, demo, context } = values;
  const token = values.token ?? process.env.PORTHOLE_TOKEN;
  const ways = [porthole, apiServer, demo, file].filter((way) => way !== undefined);
  if (ways.length > 1) throw new UsageError("give one of --kubeconfig, --demo, --porthole and --api-server");
  if (demo) return { kind: "demo" };
  if (porthole === undefined && apiServer === undefined) return { kind: "kubeconfig", file, context };
  if (!token) throw new UsageError("--token T is missing (or PORTHOLE_TOKEN in the environment)");
  if (porthole !== undefined) return { kind: "porthole", url: origin(porthole), token, context };
  return { kind: "api-server", url: origin(apiServer ?? ""), token };
}

function origin(url: string): string {
  if (!URL.canParse(url)) throw new UsageError(`${url} is no URL`);
  return new URL(url).origin;
}

function number(text: string | undefined, otherwise: number, name: string): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,5}$/.test(text)) throw new UsageError(`${name} takes a whole number`);
  return Number(text);
}
