/**
 * The embedded demo cluster: a small API server of its own, on loopback, with the objects, logs, processes and
 * port servers behind it. What travels through is HTTP and its upgrades; next hop: api-server.ts.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Logger, neverLog } from "#server/log";
import { ApiServer } from "./api-server";
import { ClusterLife } from "./cluster-life";
import { ClusterLogs } from "./cluster-logs";
import { ContainerSandbox } from "./container-sandbox";
import { ExecServer } from "./exec-server";
import { seedObjects } from "./objects/seed";
import { PodPorts } from "./pod-ports";
import { startPodServers } from "./start-pod-servers";
import { ObjectStore } from "./store";
import { StreamEndpoint } from "./stream-endpoint";
import { Authenticator, type Tokens } from "./users";

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
  /** Ends every stream and process and removes their files. */
  close(): Promise<void>;
}

/** Rejects when the port is taken, as listen() says it. */
export async function startDemoCluster(options: DemoClusterOptions): Promise<DemoCluster> {
  const { log, host = "127.0.0.1", tls } = options;
  const tokens: Tokens = { admin: newToken(), viewer: newToken() };
  const root = await mkdtemp(join(options.homeRoot ?? tmpdir(), "porthole-demo-"));
  const store = new ObjectStore();
  for (const object of seedObjects(Date.now())) store.put(object);
  const logs = new ClusterLogs(store);
  const life = new ClusterLife(store, logs);
  const blocked = new Set(options.blockedPorts);
  const ports = new PodPorts(join(root, "ports"), blocked);
  const sandbox = await ContainerSandbox.probe(options.namespaces ?? true);
  const execServer = new ExecServer({ sandbox, root, logs, log });
  const streams = new StreamEndpoint(store, execServer, ports, log);
  const authenticator = new Authenticator(tokens);
  const server = new ApiServer({ authenticator, store, logs, streams, log, ...(tls && { tls }) });

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
