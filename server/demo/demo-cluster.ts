/**
 * The embedded demo cluster: a small API server of its own, on loopback, with the objects, logs, processes and
 * port servers behind it. What travels through is HTTP and its upgrades; next hop: api-server.ts.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Logger, neverLog } from "#server/log.ts";
import { ApiServer } from "./api/api-server.ts";
import { ObjectStore } from "./api/store.ts";
import { Authenticator, type Tokens, USER_NAMES } from "./api/users.ts";
import { ClusterLife } from "./cluster-life.ts";
import { ClusterLogs } from "./cluster-logs.ts";
import { ContainerSandbox } from "./containers/container-sandbox.ts";
import { seedObjects } from "./objects/seed.ts";
import { startPodServers } from "./start-pod-servers.ts";
import { ExecServer } from "./streams/exec-server.ts";
import { Faults } from "./streams/faults.ts";
import { GENERATIONS, type GenerationName } from "./streams/generation.ts";
import { PodPorts } from "./streams/pod-ports.ts";
import { StreamEndpoint } from "./streams/stream-endpoint.ts";

const TOKEN_BYTES = 32;
const REMOVE_RETRIES = 5;

export interface DemoClusterOptions {
  log: Logger;
  /** PEM; without it the server speaks plain HTTP. kubectl sends a token over TLS only. */
  tls?: { cert: string; key: string };
  host?: string;
  port?: number;
  /** Where the containers' throw-away files are made; the system's temporary folder if absent. */
  homeRoot?: string;
  /** Ports of this machine that no pod's port-forward leads to: the application's own. */
  blockedPorts?: readonly number[];
  /** Which generation of clusters this one is; the newest if absent. */
  mode?: GenerationName;
  /** What goes wrong from the start: `name` or `name=value` of faults.ts. */
  faults?: readonly string[];
  /** False: plain local processes even where namespaces can be had. */
  namespaces?: boolean;
}

export interface DemoCluster {
  /** Without a slash at the end. */
  readonly url: string;
  readonly tokens: Tokens;
  /** How containers are kept apart, in words. */
  readonly isolation: string;
  /** Streams open now, of every kind. */
  readonly openStreams: number;
  /** What goes wrong, for streams that open from now on. */
  readonly faults: Faults;
  /** Ends every stream and process and removes their files. */
  close(): Promise<void>;
}

/** Rejects when the port is taken, as listen() says it, and with FaultError. */
export async function startDemoCluster(options: DemoClusterOptions): Promise<DemoCluster> {
  const { log, host = "127.0.0.1", tls } = options;
  const generation = GENERATIONS[options.mode ?? "phase2"];
  const faults = new Faults(options.faults);
  const tokens = Object.fromEntries(USER_NAMES.map((name) => [name, newToken()])) as Tokens;
  const root = await mkdtemp(join(options.homeRoot ?? tmpdir(), "porthole-demo-"));
  const store = new ObjectStore();
  for (const object of seedObjects(Date.now(), generation)) store.put(object);
  const logs = new ClusterLogs(store);
  const life = new ClusterLife(store, logs);
  const blocked = new Set(options.blockedPorts);
  const ports = new PodPorts(join(root, "ports"), blocked);
  const sandbox = await ContainerSandbox.probe(options.namespaces ?? true);
  const execServer = new ExecServer({ sandbox, root, logs, faults, log });
  const streams = new StreamEndpoint({ store, execServer, ports, generation, faults, log });
  const authenticator = new Authenticator(tokens);
  const parts = { authenticator, store, logs, streams, generation, faults, log };
  const server = new ApiServer({ ...parts, ...(tls && { tls }) });

  const close = async () => {
    life.close();
    logs.close();
    streams.close();
    ports.close();
    await server.close();
    // A process that was just killed may still be writing.
    await rm(root, { recursive: true, force: true, maxRetries: REMOVE_RETRIES });
  };
  try {
    await startPodServers(ports, store, logs);
    const port = await server.listen(host, options.port ?? 0);
    blocked.add(port);
    const url = `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
    return {
      url,
      tokens,
      isolation: sandbox.isolation,
      faults,
      get openStreams() {
        return streams.openStreams;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function newToken(): string {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  neverLog(token);
  return token;
}
