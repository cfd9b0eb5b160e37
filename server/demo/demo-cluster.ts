/**
 * The embedded demo cluster: a small API server of its own, on loopback, with the objects, logs, processes and
 * port servers behind it. What travels through is HTTP and its upgrades; next hop: api-server.ts.
 */
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Logger, neverLog } from "#server/log.ts";
import { ApiServer } from "./api/api-server.ts";
import { ObjectStore } from "./api/store.ts";
import {
  Authenticator,
  contextOf,
  type Tokens,
  USER_NAMES,
  USERS,
  type UserName,
  type Users,
} from "./api/users.ts";
import { ClusterLife } from "./cluster-life.ts";
import { ClusterLogs } from "./cluster-logs.ts";
import { startFailure } from "./containers/container-error.ts";
import { ContainerSandbox } from "./containers/container-sandbox.ts";
import { claim, clearLeftovers, REMOVE_RETRIES, ROOT_PREFIX } from "./leftovers.ts";
import { seedObjects } from "./objects/seed.ts";
import { startPodServers } from "./start-pod-servers.ts";
import { ExecServer } from "./streams/exec-server.ts";
import { GENERATIONS, type GenerationName } from "./streams/generation.ts";
import { type Interference, NO_INTERFERENCE } from "./streams/interference.ts";
import { PodPorts } from "./streams/pod-ports.ts";
import { StreamEndpoint } from "./streams/stream-endpoint.ts";

const TOKEN_BYTES = 32;

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
  /** What stands between the server and its clients; nothing if absent. */
  interference?: Interference;
  /** Who has a token, and what for; the four of users.ts if absent. */
  users?: Users;
  /** False: plain local processes even where namespaces can be had. */
  namespaces?: boolean;
}

export interface DemoCluster {
  /** Without a slash at the end. */
  readonly url: string;
  readonly tokens: Tokens;
  /** The cluster as each of its users, the admin first. */
  readonly contexts: readonly { name: string; user: UserName; token: string }[];
  /** How containers are kept apart, in words. */
  readonly isolation: string;
  /** Streams open now, of every kind. */
  readonly openStreams: number;
  /** Ends every stream and process and removes their files. */
  close(): Promise<void>;
}

/** Rejects when the port is taken, as listen() says it. */
export async function startDemoCluster(options: DemoClusterOptions): Promise<DemoCluster> {
  const { log, host = "127.0.0.1", tls, interference = NO_INTERFERENCE } = options;
  const generation = GENERATIONS[options.mode ?? "phase2"];
  const tokens = Object.fromEntries(USER_NAMES.map((name) => [name, newToken()])) as Tokens;
  const root = await makeRoot(options.homeRoot ?? tmpdir(), log);
  const store = new ObjectStore();
  for (const object of seedObjects(Date.now(), generation)) store.put(object);
  const logs = new ClusterLogs(store);
  const life = new ClusterLife(store, logs);
  const blocked = new Set(options.blockedPorts);
  const ports = new PodPorts(join(root, "ports"), blocked);
  const sandbox = await ContainerSandbox.probe(options.namespaces ?? true);
  const execServer = new ExecServer({ sandbox, root, logs, interference, log });
  const streams = new StreamEndpoint({ store, execServer, ports, generation, interference, log });
  const authenticator = new Authenticator(tokens, options.users ?? USERS);
  const parts = { authenticator, store, logs, streams, generation, interference, log };
  const server = new ApiServer({ ...parts, ...(tls && { tls }) });

  const close = async () => {
    life.close();
    logs.close();
    streams.close();
    ports.close();
    await server.close();
    await rm(root, { recursive: true, force: true, maxRetries: REMOVE_RETRIES });
    process.off("exit", leave);
  };
  // Whoever ends the process without waiting for close(): a second signal, an error that nobody caught.
  const leave = () => {
    streams.close();
    rmSync(root, { recursive: true, force: true });
  };
  process.once("exit", leave);
  try {
    await startPodServers(ports, store, logs).catch((cause) => {
      throw startFailure(cause, `the demo's pods could not be given their ports in ${root}`);
    });
    const port = await server.listen(host, options.port ?? 0);
    blocked.add(port);
    const url = `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
    return {
      url,
      tokens,
      isolation: sandbox.isolation,
      contexts: USER_NAMES.map((user) => ({ name: contextOf(user), user, token: tokens[user] })),
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

/** @throws ContainerError START in words: no demo without a place for its files */
async function makeRoot(parent: string, log: Logger): Promise<string> {
  await clearLeftovers(parent, log);
  let root: string | undefined;
  try {
    root = await mkdtemp(join(parent, ROOT_PREFIX));
    claim(root);
    return root;
  } catch (cause) {
    // Without its owner's name nobody would clear it up.
    if (root) rmSync(root, { recursive: true, force: true });
    throw startFailure(cause, `the demo cluster makes its files in ${parent}`);
  }
}

function newToken(): string {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  neverLog(token);
  return token;
}
