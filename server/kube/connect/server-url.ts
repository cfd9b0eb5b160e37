/** The addresses in a kubeconfig: `server` and `proxy-url`, and the path of one request below a server. */
import { KubeError } from "../errors.ts";

/** What is left of an address when its secrets are taken out. */
export interface ServerAddress {
  /** Without user, query and fragment; the base path ends without a slash (except the bare "/"). */
  url: URL;
  /** `https://user:password@host`, as Go's HTTP client would use it. */
  userinfo?: { username: string; password: string };
}

/**
 * @param tls whether the cluster entry has TLS fields: that is what client-go goes by when the scheme is missing
 * @throws KubeError CONFIG
 */
export function parseServer(server: string, tls: boolean): ServerAddress {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(server) ? server : `${tls ? "https" : "http"}://${server}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url?.hostname) throw new KubeError("CONFIG", `the server address ${shown(server)} is not a URL`);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new KubeError("CONFIG", `the server address ${shown(server)} is neither https:// nor http://`);
  }
  const { username, password } = url;
  url.username = "";
  url.password = "";
  url.search = "";
  url.hash = "";
  url.pathname = url.pathname.replace(/\/+$/, "");
  if (!username) return { url };
  return { url, userinfo: { username: decode(username), password: decode(password) } };
}

/** @throws KubeError CONFIG */
export function parseProxyUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  // "host:3128" parses as the scheme "host:".
  if (!url?.hostname) throw new KubeError("CONFIG", `the proxy-url ${shown(text)} is not a URL`);
  if (!["http:", "https:", "socks5:", "socks5h:"].includes(url.protocol)) {
    throw new KubeError("CONFIG", `the proxy-url ${shown(text)} is none of http://, https:// and socks5://`);
  }
  return url;
}

/**
 * The path of a request to this server: base path and what is asked for. A path that a URL parser would change
 * (dot segments, backslashes, an authority) is refused: what was checked must be what is sent (threats.md A10).
 * @throws KubeError INVALID
 */
export function requestPath(server: URL, path: string): string {
  const full = `${server.pathname.replace(/\/+$/, "")}${path}`;
  const pathname = full.split("?", 1)[0] as string;
  const exact =
    path.startsWith("/") &&
    // Printable ASCII only, and no fragment, which would not be sent.
    /^[\x21-\x22\x24-\x7e]+$/.test(full) &&
    new URL(`http://host${full}`).pathname === pathname;
  if (!exact) throw new KubeError("INVALID", `${JSON.stringify(path).slice(0, 80)} is not a path of the API`);
  return full;
}

/** For certificates and messages: the host as a name or an address, IPv6 without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

export function portOf(url: URL): number {
  if (url.port) return Number(url.port);
  if (url.protocol.startsWith("socks")) return 1080;
  return url.protocol === "https:" ? 443 : 80;
}

export function isLoopback(url: URL): boolean {
  const host = hostOf(url);
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** An address for a message: cut, and without what may be a password. */
function shown(address: string): string {
  return JSON.stringify(address.replace(/\/\/[^/@]*@/, "//***@").slice(0, 120));
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
