/**
 * Which Host and Origin belong to us. Both lists are exact (scheme, name, port) and come from the configuration,
 * never from a request: that is what stops DNS rebinding and cross-site WebSockets (threats.md A1, A3).
 */
import { isLoopback, isLoopbackUrl } from "#server/config/addresses.ts";

/** What a request's Host means. */
export type HostRole = { kind: "app" } | { kind: "preview"; forwardId: string };

/** `p-` and the forward's id: 12 lower-case base32 characters, so names never leak into a label. */
const PREVIEW_LABEL = /^p-([a-z2-7]{12})$/;

export interface AddressOptions {
  host: string;
  /** The port really listened on. */
  port: number;
  tls: boolean;
  publicUrl: URL | undefined;
  previewDomain: string | undefined;
}

export class Addresses {
  /** Where a person opens Porthole. */
  readonly appOrigin: string;
  readonly secure: boolean;
  /** Browsers reach us at a name of their own machine, which every program on it shares with us. */
  readonly loopback: boolean;
  /** Null: a proxy in front decides which name it is. */
  readonly #shownHost: string | null;
  readonly #hosts: Set<string>;
  readonly #origins: Set<string>;
  /** Host and port under the `p-<id>.` label; null when previews are off. */
  readonly #previewSuffix: string | null;
  readonly #previewScheme: string;

  constructor(options: AddressOptions) {
    const scheme = options.tls ? "https" : "http";
    const own = origins(scheme, options);
    this.appOrigin = options.publicUrl?.origin ?? own[0]!;
    this.secure = this.appOrigin.startsWith("https:");
    this.loopback = isLoopbackUrl(new URL(this.appOrigin));
    this.#shownHost = options.publicUrl ? null : new URL(this.appOrigin).host;
    this.#origins = new Set([...own, ...(options.publicUrl ? [options.publicUrl.origin] : [])]);
    this.#hosts = new Set([...this.#origins].map((origin) => new URL(origin).host));
    this.#previewSuffix = previewSuffix(options);
    this.#previewScheme = options.publicUrl ? options.publicUrl.protocol.slice(0, -1) : scheme;
  }

  /** Null: a Host that is not ours, so the request is refused before anything else looks at it. */
  roleOf(host: string | undefined): HostRole | null {
    if (host === undefined) return null;
    if (this.#hosts.has(host)) return { kind: "app" };
    const dot = host.indexOf(".");
    if (this.#previewSuffix === null || host.slice(dot + 1) !== this.#previewSuffix) return null;
    const forwardId = PREVIEW_LABEL.exec(host.slice(0, dot))?.[1];
    return forwardId ? { kind: "preview", forwardId } : null;
  }

  /**
   * Whether pages asked for at this Host are shown at appOrigin instead: there the page keeps what it knows, and on another
   * of the names, `[::1]` say, somebody else may listen (A2).
   */
  isOtherName(host: string | undefined): boolean {
    return this.loopback && this.#shownHost !== null && host !== this.#shownHost;
  }

  /** Exact: `null`, another port, another case or a trailing dot is another origin. */
  isOwnOrigin(origin: string): boolean {
    return this.#origins.has(origin);
  }

  /** `http://p-<id>.localhost:7654`, or null when previews are off. */
  previewOrigin(forwardId: string): string | null {
    return this.#previewSuffix === null
      ? null
      : `${this.#previewScheme}://p-${forwardId}.${this.#previewSuffix}`;
  }

  /** For Content-Security-Policy: every preview origin. */
  get previewPattern(): string | null {
    return this.#previewSuffix === null ? null : `${this.#previewScheme}://*.${this.#previewSuffix}`;
  }
}

/** Every origin the listening address has; the first is the one to show. */
function origins(scheme: string, { host, port }: AddressOptions): string[] {
  const names = isLoopback(host) ? [host, "127.0.0.1", "localhost", "::1"] : [host];
  const brackets = (name: string) => (name.includes(":") ? `[${name}]` : name);
  return [...new Set(names)].map((name) => new URL(`${scheme}://${brackets(name)}:${port}`).origin);
}

function previewSuffix({ host, port, tls, previewDomain, publicUrl }: AddressOptions): string | null {
  const defaultPort = tls ? 443 : 80;
  if (previewDomain) {
    const withPort = publicUrl || previewDomain.includes(":") || port === defaultPort;
    return withPort ? previewDomain : `${previewDomain}:${port}`;
  }
  // Browsers resolve *.localhost to loopback and give each name its own cookies (threats.md A5).
  if (isLoopback(host) && !publicUrl) return port === defaultPort ? "localhost" : `localhost:${port}`;
  return null;
}
