/**
 * Which proxy the environment names for an address: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, as kubectl reads them
 * (golang.org/x/net/http/httpproxy). Only asked when the kubeconfig has no proxy-url. Next hop: agents.ts.
 */
import { BlockList, isIP } from "node:net";
import type { Environment } from "../types.ts";
import { hostOf, parseProxyUrl, portOf } from "./server-url.ts";

const MAX_RULES = 1_000;

/** @throws KubeError CONFIG when the variable holds no usable address */
export function proxyFromEnvironment(server: URL, env: Environment): URL | null {
  const name = server.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  // HTTP_PROXY in a CGI process is the request's "Proxy" header (httpoxy); Go ignores it there, and so do we.
  if (name === "HTTP_PROXY" && env.REQUEST_METHOD) return null;
  const found = env[name] ? name : name.toLowerCase();
  const value = env[found];
  if (!value || bypassed(server, env.NO_PROXY || env.no_proxy || "")) return null;
  return parseProxyUrl(/^[a-z0-9]+:\/\//i.test(value) ? value : `http://${value}`, `proxy in ${found}`);
}

function bypassed(server: URL, noProxy: string): boolean {
  const host = hostOf(server).toLowerCase();
  const port = String(portOf(server));
  // Loopback is never proxied: the proxy's loopback is another one.
  if (host === "localhost" || (isIP(host) && inRange(host, "127.0.0.0/8")) || host === "::1") return true;
  const rules = noProxy.split(",", MAX_RULES).map((rule) => rule.trim().toLowerCase());
  return rules.some((rule) => matches(rule, host, port));
}

/** One NO_PROXY rule: `*`, a CIDR, an address, a domain (and what is below it), `.domain` (only below), with a port. */
function matches(rule: string, host: string, port: string): boolean {
  if (rule === "*") return true;
  if (rule.includes("/")) return isIP(host) !== 0 && inRange(host, rule);
  const [, name = "", rulePort] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(rule) ?? [null, rule];
  if (rulePort && rulePort !== port) return false;
  const address = name.replace(/^\[|\]$/g, "");
  if (isIP(address)) return isIP(host) !== 0 && inRange(host, `${address}/${isIP(address) === 4 ? 32 : 128}`);
  const suffix = address.replace(/^\*\./, ".");
  if (suffix === "" || suffix === ".") return false;
  return suffix.startsWith(".") ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`);
}

function inRange(address: string, cidr: string): boolean {
  const [network = "", bits = ""] = cidr.split("/");
  const family = isIP(network);
  const prefix = Number(bits);
  if (!family || !/^\d{1,3}$/.test(bits) || prefix > (family === 4 ? 32 : 128)) return false;
  const range = new BlockList();
  range.addSubnet(network, prefix, family === 4 ? "ipv4" : "ipv6");
  return range.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
}
