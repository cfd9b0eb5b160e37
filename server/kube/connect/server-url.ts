/** The addresses in a kubeconfig: `server` and `proxy-url`, and the path of one request below a server. */
import { isIPv4 } from "node:net";
import { neverLog } from "#server/log.ts";
import { KubeError } from "../errors.ts";

const MAX_SHOWN_CHARS = 120;
const MIN_TOKEN_CHARS = 16;

/** What is left of an address when its secrets are taken out. */
export interface ServerAddress {
  /** Without user, query and fragment; the base path ends without a slash (except the bare "/"). */
  url: URL;
  /** `https://user:password@host`, as Go's HTTP client would use it. */
  userinfo?: { username: string; password: string };
}

/**
 * Without a scheme it is plain HTTP, as it is to kubectl, whatever TLS fields stand beside it.
 * @throws KubeError CONFIG
 */
export function parseServer(server: string): ServerAddress {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(server) ? server : `http://${server}`;
  const url = parseAddress(text, `the server address ${shownAddress(server)}`);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new KubeError(
      "CONFIG",
      `the server address ${shownAddress(server)} is neither https:// nor http://`,
    );
  }
  const { username, password } = url;
  url.username = "";
  url.password = "";
  url.search = "";
  url.hash = "";
  url.pathname = url.pathname.replace(/\/{2,}/g, "/").replace(/\/$/, "");
  if (!username) return { url };
  return {
    url,
    userinfo: { username: decodeURIComponent(username), password: decodeURIComponent(password) },
  };
}

/** @throws KubeError CONFIG */
export function parseProxyUrl(text: string, what = "proxy-url"): URL {
  // "host:3128" parses as the scheme "host:".
  const url = parseAddress(text, `the ${what} ${shownAddress(text)}`);
  if (!["http:", "https:", "socks5:", "socks5h:"].includes(url.protocol)) {
    const shown = shownAddress(text);
    throw new KubeError("CONFIG", `the ${what} ${shown} is none of http://, https:// and socks5://`);
  }
  return url;
}

/**
 * @param what names the address in messages
 * @throws KubeError CONFIG
 */
function parseAddress(text: string, what: string): URL {
  keepSecret(text);
  // A URL parser repairs all of these, and kubectl does not: a line break out of a secret, for example.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\x00-\x1f\x7f]|^\s|\s$/.test(text)) {
    throw new KubeError("CONFIG", `${what} holds a line break, or begins or ends with a space`);
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url?.hostname || !/^[a-z0-9+.-]+:\/\/[^/\\]/i.test(text) || /^[^?#]*\\/.test(text))
    throw new KubeError("CONFIG", `${what} is not a URL`);
  if (isIPv4(url.hostname) && !text.includes(url.hostname)) {
    throw new KubeError("CONFIG", `${what} is not written as an address is (${url.hostname})`);
  }
  // The slash of a password has ended the authority: its first half is taken for the port, the user for the host, and
  // both would be shown (`http://bob:12/34@proxy`).
  if (/@/.test(url.pathname + url.search + url.hash)) {
    throw new KubeError(
      "CONFIG",
      `${what} has an @ behind its host; in a password write / as %2F, ? as %3F, # as %23 and % as %25, in a path @ as %40`,
    );
  }
  for (const part of [url.username, url.password]) {
    // Go refuses it as well, and the proxy libraries would fail on it in the middle of a connection.
    if (/%(?![0-9a-f]{2})/i.test(part) || !decodable(part)) {
      throw new KubeError("CONFIG", `${what} has a % in its user or password that is not written as %25`);
    }
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

/**
 * An address for a message: scheme and what stands behind the last `@`, and nothing of it when a part looks like a
 * password all the same: such a text may not be a URL at all, and everybody who sees the page reads it (threats.md A18).
 */
function shownAddress(address: string): string {
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+.-]{0,20}:\/\/)?([\s\S]*)$/i.exec(address) ?? [];
  const [userinfo] = /^[\s\S]*(?:@|%40)/i.exec(rest) ?? [""];
  const hidden = userinfo === "" ? "" : "***@";
  const place = rest.slice(userinfo.length).replace(/[?#][\s\S]*$/, "");
  // A host, perhaps with a port, perhaps with a path. "bob:s3cret" is a user whose @ was forgotten.
  const plain = /^(\[[\da-f:.%]*\]|[\w.-]*)(:\d*)*(\/[\w./~-]*)?$/i.test(place);
  return JSON.stringify(`${scheme}${hidden}${plain ? place : "***"}`.slice(0, MAX_SHOWN_CHARS));
}

/** No log and no error repeats the user information of this text, wherever one of them met it. */
function keepSecret(address: string): void {
  if (!address.includes("@")) return;
  const userinfo = address.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").replace(/@[^@]*$/, "");
  const [, password] = /:([\s\S]*)$/.exec(userinfo) ?? [];
  // A user alone may be a token; a short one is a word that other lines need.
  if (password === undefined && userinfo.length < MIN_TOKEN_CHARS) return;
  for (const secret of [userinfo, password ?? ""]) {
    neverLog(secret);
    if (decodable(secret)) neverLog(decodeURIComponent(secret));
  }
}

function decodable(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
