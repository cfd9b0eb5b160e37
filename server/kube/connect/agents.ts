/**
 * The two HTTP agents of one identity at one API server: `keepAlive` pools connections for requests, `upgrade` makes a new one for
 * each stream. Both go through the proxy when there is one and give up connecting after CONNECT_TIMEOUT_MS.
 */
import { type AgentOptions, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { OnReadOpts } from "node:net";
import { limitConnect } from "./connect-limit.ts";
import { withDirectReads } from "./direct-reads.ts";
import { createProxyAgent, type ProxyTls } from "./proxy-agent.ts";
import { hostOf, portOf } from "./server-url.ts";

/** Lists, watches and log streams of all pages on one cluster; more wait for one to end. */
const MAX_REQUEST_SOCKETS = 1_024;
const MAX_IDLE_SOCKETS = 8;
/** The API server closes idle connections after 90 s (apiserver pkg/server/secure_serving.go); be first. */
const IDLE_SOCKET_MS = 45_000;

/**
 * An answer that is paused keeps so much and the rest of what was just read: in pieces of one byte, which cost two hundred
 * each, the 16 KiB of Node would be 3 MB for each answer that nobody takes (threats.md A27).
 */
const PAUSED_ANSWER_BYTES = 1_024;

export interface Agents {
  keepAlive: HttpAgent;
  upgrade: HttpAgent;
}

export function createAgents(server: URL, proxy: URL | null, proxyTls: ProxyTls): Agents {
  const keepAlive: AgentOptions & { highWaterMark: number } = {
    keepAlive: true,
    highWaterMark: PAUSED_ANSWER_BYTES,
    maxSockets: MAX_REQUEST_SOCKETS,
    maxFreeSockets: MAX_IDLE_SOCKETS,
    timeout: IDLE_SOCKET_MS,
    scheduling: "lifo",
  };
  const upgrade: AgentOptions = { keepAlive: false };
  if (proxy) {
    return {
      keepAlive: createProxyAgent(proxy, server, keepAlive, proxyTls),
      upgrade: createProxyAgent(proxy, server, upgrade, proxyTls),
    };
  }
  const direct = server.protocol === "https:" ? DirectTlsAgent : DirectAgent;
  const where = `the API server ${hostOf(server)}:${portOf(server)}`;
  return { keepAlive: new direct(where, keepAlive), upgrade: new direct(where, upgrade) };
}

/** Ends idle connections now and busy ones when their request ends. */
export function retire({ keepAlive, upgrade }: Agents): void {
  for (const agent of [keepAlive, upgrade]) {
    agent.maxFreeSockets = 0;
    for (const sockets of Object.values(agent.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  }
}

class DirectAgent extends HttpAgent {
  constructor(
    private readonly where: string,
    private readonly direct: AgentOptions,
  ) {
    super(direct);
  }

  override createConnection(...[options, callback]: Parameters<HttpAgent["createConnection"]>) {
    const socket = connect(this.direct, (more) => super.createConnection({ ...options, ...more }, callback));
    if (socket) limitConnect(socket, "connect", this.where);
    return socket;
  }
}

class DirectTlsAgent extends HttpsAgent {
  constructor(
    private readonly where: string,
    private readonly direct: AgentOptions,
  ) {
    super(direct);
  }

  override createConnection(...[options, callback]: Parameters<HttpsAgent["createConnection"]>) {
    const socket = connect(this.direct, (more) => super.createConnection({ ...options, ...more }, callback));
    if (socket) limitConnect(socket, "secureConnect", this.where);
    return socket;
  }
}

/** A connection of its own carries one fast stream; a pooled one carries requests. */
function connect<T>({ keepAlive }: AgentOptions, make: (more: { onread?: OnReadOpts }) => T): T {
  return keepAlive ? make({}) : withDirectReads((onread) => make({ onread }));
}
