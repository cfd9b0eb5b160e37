/**
 * Connects through a proxy: CONNECT over http:// or https://, or SOCKS 5. The libraries do the protocols; added here
 * are a time limit, and that a proxy's refusal is an error and not taken for the API server's answer.
 * The API server's credentials only ever travel inside the tunnel.
 */
import type { Agent, AgentOptions, ClientRequest } from "node:http";
import type { Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { HttpsProxyAgent } from "https-proxy-agent";
import { SocksProxyAgent } from "socks-proxy-agent";
import { KubeError, type ProxyFault } from "../errors.ts";
import { describeConnectFailure } from "./connect-failure.ts";
import { CONNECT_TIMEOUT_MS, connectTimeout, limitConnect } from "./connect-limit.ts";
import { hostOf, portOf } from "./server-url.ts";

/** How the proxy itself is verified when it is an https:// one. */
export type ProxyTls = Pick<ConnectionOptions, "ca" | "rejectUnauthorized">;

/** By the code that a proxy answers to CONNECT (RFC 9110 section 9.3.6). */
const FAULTS: Record<number, ProxyFault> = { 403: "forbids", 405: "forbids", 407: "wants-credentials" };

type Target = Parameters<HttpsProxyAgent<string>["connect"]>[1];

export function createProxyAgent(proxy: URL, server: URL, options: AgentOptions, proxyTls: ProxyTls): Agent {
  const secure = server.protocol === "https:";
  if (!proxy.protocol.startsWith("socks")) return new ConnectTunnelAgent(proxy, secure, options, proxyTls);
  // As in Go, the proxy resolves the name ("socks5h"): this machine may not know it.
  return new SocksTunnelAgent(new URL(proxy.href.replace(/^socks5:/, "socks5h:")), secure, options);
}

class ConnectTunnelAgent extends HttpsProxyAgent<string> {
  /** Not among the agent's own options: those would also apply to the TLS inside the tunnel. */
  readonly #connectOptions: HttpsProxyAgent<string>["connectOpts"];

  constructor(
    proxy: URL,
    private readonly secure: boolean,
    options: AgentOptions,
    proxyTls: ProxyTls,
  ) {
    super(proxy, options as never);
    this.#connectOptions = { ...this.connectOpts, ...proxyTls };
  }

  /** The library would otherwise guess from the call stack. */
  override isSecureEndpoint(): boolean {
    return this.secure;
  }

  override async connect(request: ClientRequest, target: Target): Promise<Socket> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), CONNECT_TIMEOUT_MS);
    let status = 0;
    request.once("proxyConnect", (answer: { statusCode: number }) => {
      status = answer.statusCode;
    });
    try {
      // The library reads this before it first waits, so no other connection gets this one's signal.
      this.connectOpts = { ...this.#connectOptions, signal: limit.signal };
      const socket = await super.connect(request, target);
      if (status !== 200) {
        socket.destroy();
        throw refusal(this.proxy, status);
      }
      if (this.secure) limitConnect(socket, "secureConnect", nameOf(target));
      return socket;
    } catch (error) {
      const late = limit.signal.aborted;
      throw ofProxy(late ? connectTimeout(proxyName(this.proxy), CONNECT_TIMEOUT_MS) : error, this.proxy);
    } finally {
      clearTimeout(timer);
    }
  }
}

class SocksTunnelAgent extends SocksProxyAgent {
  constructor(
    private readonly url: URL,
    private readonly secure: boolean,
    options: AgentOptions,
  ) {
    // The library would apply `timeout` to open connections too, and cut quiet terminals.
    super(url, { ...options, timeout: undefined });
  }

  override isSecureEndpoint(): boolean {
    return this.secure;
  }

  override async connect(request: ClientRequest, target: Target): Promise<Socket> {
    const proxy = proxyName(this.url);
    const connecting = super.connect(request, target);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        // The library gives up by itself after 30 seconds; what it still brings is dropped.
        connecting.then((socket) => socket.destroy()).catch(() => {});
        reject(connectTimeout(proxy, CONNECT_TIMEOUT_MS));
      }, CONNECT_TIMEOUT_MS);
    });
    try {
      const socket = await Promise.race([connecting, late]);
      if (this.secure) limitConnect(socket, "secureConnect", nameOf(target));
      return socket;
    } catch (error) {
      throw socksFailure(error, this.url);
    } finally {
      clearTimeout(timer);
    }
  }
}

function proxyName(proxy: URL): string {
  return `the proxy ${hostOf(proxy)}:${portOf(proxy)}`;
}

function nameOf(target: Target): string {
  return `the API server ${target.host}:${target.port}`;
}

function refusal(proxy: URL, status: number): KubeError {
  const why =
    status === 407
      ? "asks for a user name and a password (407); put them into the proxy address"
      : `refused to connect to the API server (HTTP ${status})`;
  const fault = FAULTS[status] ?? "no-connection";
  return new KubeError("UNREACHABLE", `${capital(proxyName(proxy))} ${why}.`, { proxy: fault });
}

/** What went wrong up to the proxy, or was said by it. */
function ofProxy(error: unknown, proxy: URL): KubeError {
  const known = describeConnectFailure(error, proxyName(proxy));
  if (known.proxy) return known;
  return new KubeError(known.code, known.message, { cause: known.cause, proxy: "no-connection" });
}

function socksFailure(error: unknown, url: URL): KubeError {
  const proxy = proxyName(url);
  const said = error instanceof Error && !(error instanceof KubeError) ? error.message : "";
  if (/Authentication failed|no accepted authentication/i.test(said)) {
    const why = "does not accept the user name and password in its address, or wants some";
    const options = { cause: error, proxy: "wants-credentials" } as const;
    return new KubeError("UNREACHABLE", `${capital(proxy)} ${why}.`, options);
  }
  if (said.startsWith("Socks5 proxy rejected connection")) {
    // After the dash follows one of the protocol's eight reasons: HostUnreachable, ConnectionRefused, ...
    const reason = /- (\w+)$/.exec(said)?.[1] ?? "no reason given";
    const fault = reason === "NotAllowed" ? "forbids" : "no-connection";
    const message = `${capital(proxy)} could not connect to the API server (${reason}).`;
    return new KubeError("UNREACHABLE", message, { cause: error, proxy: fault });
  }
  return ofProxy(error, url);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
