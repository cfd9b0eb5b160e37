/** The built product as its users start it, on a free port, with a token the test knows. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { ROOT } from "../scripts/run-step.mjs";
import { RunningProcess } from "./running-process.ts";

/** A first start may have to build. */
const READY_TIMEOUT_MS = 240_000;
const READY_LINE = /^Porthole is ready at (https?:\/\/[^\s#]+)\/#t=(\S+)$/m;

export interface PortholeAddress {
  /** As printed, with the token in the fragment: opening it signs in. */
  url: string;
  origin: string;
  port: number;
  token: string;
}

export class PortholeProcess implements PortholeAddress {
  readonly url: string;
  readonly origin: string;
  readonly port: number;
  readonly token: string;

  private constructor(
    private readonly running: RunningProcess,
    origin: string,
    token: string,
  ) {
    this.url = `${origin}/#t=${token}`;
    this.origin = origin;
    this.port = Number(new URL(origin).port);
    this.token = token;
  }

  /**
   * @param flags which cluster, and what else differs from the defaults
   * @param environment on top of ownEnvironment()
   */
  static async start(
    flags: readonly string[],
    environment: Record<string, string> = {},
  ): Promise<PortholeProcess> {
    const token = randomBytes(32).toString("base64url");
    const command = startCommand(["--port", "0", ...flags]);
    const { process: running, match } = await RunningProcess.start(command, READY_LINE, {
      // Not among the flags, which every user of the machine can read: the cluster may be a real one.
      env: { ...ownEnvironment(), PORTHOLE_TOKEN: token, ...environment },
      readyTimeoutMs: READY_TIMEOUT_MS,
    });
    const [, origin = "", printedToken = ""] = match;
    return new PortholeProcess(running, origin, printedToken);
  }

  get pid(): number {
    return this.running.pid;
  }

  get stdout(): string {
    return this.running.stdout;
  }

  get stderr(): string {
    return this.running.stderr;
  }

  /** A request of a machine: with the launch token, JSON both ways. */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.origin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  get exitCode(): number | null {
    return this.running.exitCode;
  }

  /** @param signal with SIGTERM it gives whoever is connected some time first */
  stop(signal: NodeJS.Signals = "SIGINT"): Promise<void> {
    return this.running.stop(signal);
  }
}

/** The command line of `npm start`. */
export function startCommand(flags: readonly string[]): string[] {
  return [process.execPath, join(ROOT, "scripts", "start.mjs"), "--no-open", ...flags];
}

/** What the person who runs the tests has set must not change what is tested. */
export function ownEnvironment(): Record<string, string | undefined> {
  const set = Object.keys(process.env).filter((name) => name.startsWith("PORTHOLE_"));
  return {
    ...Object.fromEntries(set.map((name) => [name, undefined])),
    KUBECONFIG: undefined,
    // In a cluster the launch token is not printed.
    KUBERNETES_SERVICE_HOST: undefined,
    INIT_CWD: undefined,
  };
}
