/** Where Porthole listens and how it is reached: hosts and URLs of the flags. */
import { BlockList, isIP, isIPv6 } from "node:net";
import { ConfigError, shown } from "./config-error.ts";
import { DEFAULT_HOST } from "./options.ts";

const HOST_NAME =
  /^(?=.{1,253}$)([a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?$/i;
const DOMAIN =
  /^(?=.{1,253}(?::|$))([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(:\d{1,5})?$/;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");
LOOPBACK.addSubnet("::ffff:127.0.0.0", 104, "ipv6");

/** @param host a name or an address without brackets. A name that only looks like an address is none: 127.example.com */
export function isLoopback(host: string): boolean {
  if (isIP(host)) return LOOPBACK.check(host, isIPv6(host) ? "ipv6" : "ipv4");
  // RFC 6761 6.3: names below localhost are loopback to every browser.
  return /^([-a-z0-9_]+\.)*localhost$/i.test(host);
}

/** Whether a browser that opens the URL reaches its own machine. */
export function isLoopbackUrl(url: URL): boolean {
  return isLoopback(url.hostname.replace(/^\[|\]$/g, ""));
}

export function readHost(value: string | undefined): string {
  if (value === undefined) return DEFAULT_HOST;
  const url = urlOf(`http://${isIPv6(value) ? `[${value}]` : value}/`);
  const plain = url !== null && (isIP(value) !== 0 || HOST_NAME.test(value));
  if (!plain) throw new ConfigError(`--host is an address or a name to listen on, not ${shown(value)}`);
  // 0, 0x7f.1 and 2130706433 are addresses as well, and no name anybody would compare with.
  if (isIP(value) === 0 && isIP(url.hostname) !== 0)
    throw new ConfigError(`--host ${shown(value)} is another way to write ${url.hostname}: write that`);
  return value;
}

/** @throws ConfigError */
export function readPublicUrl(value: string | undefined): URL | undefined {
  if (value === undefined) return undefined;
  const url = urlOf(value);
  const origin =
    url && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href && !/[?#@]/.test(value);
  if (!origin) {
    throw new ConfigError(
      `--public-url is an origin such as https://porthole.example.com, not ${shown(value)}`,
    );
  }
  return url;
}

/** @throws ConfigError */
export function readPreviewDomain(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const url = urlOf(`https://${value}/`);
  // The URL's view counts: 1.2.3 is an address, and 99999 no port.
  if (!url || !DOMAIN.test(value) || isIP(url.hostname) !== 0) {
    throw new ConfigError(`--preview-domain is a host name such as preview.example.dev, not ${shown(value)}`);
  }
  return value;
}

function urlOf(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
