/**
 * Two requests to an identity provider: where its token endpoint is (OpenID Connect Discovery 1.0 section 4), and the
 * refresh_token grant (RFC 6749 section 6). No library: the authority of the kubeconfig, the proxies of the environment
 * and what client-go takes or refuses have to be ours, and nothing is left then. Redirects are not followed.
 */
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import * as z from "zod/mini";
import { VERSION } from "#server/version.ts";
import { describeConnectFailure } from "../connect/connect-failure.ts";
import { createProxyAgent } from "../connect/proxy-agent.ts";
import { proxyFromEnvironment } from "../connect/proxy-environment.ts";
import { hostOf, parseServer, portOf } from "../connect/server-url.ts";
import { ServerTrust } from "../connect/tls-options.ts";
import { KubeError } from "../errors.ts";
import type { Environment } from "../types.ts";
import type { TextSource } from "./credentials.ts";

const ANSWER_TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_SHOWN_CHARS = 300;
const DISCOVERY_PATH = "/.well-known/openid-configuration";

export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** PEM. Absent: what the system trusts. */
  ca?: TextSource | undefined;
}

export interface RefreshedTokens {
  idToken: string;
  /** Absent: the one there is stays good. */
  refreshToken?: string | undefined;
}

interface Answer {
  code: number;
  body: string;
}

const discoveryShape = z.object({ token_endpoint: z.optional(z.string()) });
const tokenShape = z.object({ id_token: z.optional(z.string()), refresh_token: z.optional(z.string()) });
const refusalShape = z.object({ error: z.string(), error_description: z.optional(z.string()) });

export class OidcClient {
  #tokenEndpoint: URL | null = null;

  constructor(
    private readonly settings: OidcSettings,
    private readonly env: Environment,
  ) {}

  /** Rejects with KubeError CREDENTIAL. */
  async refresh(refreshToken: string): Promise<RefreshedTokens> {
    const { clientId, clientSecret } = this.settings;
    this.#tokenEndpoint ??= await this.#discover();
    const grant = { grant_type: "refresh_token", refresh_token: refreshToken };
    const user = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    // As Go: the client in the header first, which the specification prefers, then among the parameters.
    let answer = await this.#post(this.#tokenEndpoint, grant, {
      Authorization: `Basic ${Buffer.from(user).toString("base64")}`,
    });
    if (answer.code >= 300) {
      const client = { client_id: clientId, ...(clientSecret ? { client_secret: clientSecret } : {}) };
      answer = await this.#post(this.#tokenEndpoint, { ...grant, ...client }, {});
    }
    if (answer.code >= 300) throw this.#refused(answer);
    const tokens = this.#json(tokenShape, answer);
    if (tokens.id_token) return { idToken: tokens.id_token, refreshToken: tokens.refresh_token };
    throw this.#failure(
      'answered without an id_token: the scope "openid" was not asked for at the login, or it gives none at a refresh',
    );
  }

  async #discover(): Promise<URL> {
    const address = `${this.settings.issuer.replace(/\/$/, "")}${DISCOVERY_PATH}`;
    const { url } = parseServer(address);
    const answer = await this.#exchange(url, "GET", {}, undefined);
    if (answer.code !== 200)
      throw this.#failure(`answered the question for its configuration with ${answer.code}`);
    const { token_endpoint: endpoint } = this.#json(discoveryShape, answer);
    if (!endpoint || !URL.canParse(endpoint))
      throw this.#failure("names no token_endpoint in its configuration");
    const found = new URL(endpoint);
    if (!/^https?:$/.test(found.protocol))
      throw this.#failure("names a token_endpoint that is no web address");
    // What came by TLS is not sent in the clear because a document says so.
    if (url.protocol === "https:" && found.protocol === "http:") {
      throw this.#failure("names a token_endpoint without TLS");
    }
    return found;
  }

  #post(url: URL, fields: Record<string, string>, headers: OutgoingHttpHeaders): Promise<Answer> {
    const type = { "Content-Type": "application/x-www-form-urlencoded" };
    return this.#exchange(url, "POST", { ...type, ...headers }, new URLSearchParams(fields).toString());
  }

  async #exchange(
    url: URL,
    method: string,
    headers: OutgoingHttpHeaders,
    body: string | undefined,
  ): Promise<Answer> {
    const proxy = proxyFromEnvironment(url, this.env);
    const ca = await this.settings.ca?.read();
    const tls = await new ServerTrust(url).options(ca, undefined);
    const options = {
      ...tls,
      method,
      headers: {
        Accept: "application/json",
        "User-Agent": `porthole/${VERSION}`,
        ...(body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) }),
        ...headers,
      },
      agent: proxy ? createProxyAgent(proxy, url, { keepAlive: false }, {}) : undefined,
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    };
    try {
      return await new Promise<Answer>((resolve, reject) => {
        const send = url.protocol === "https:" ? httpsRequest : httpRequest;
        const sent = send(url, options, (response) => readAnswer(response).then(resolve, reject));
        sent.on("error", reject);
        sent.end(body);
      });
    } catch (error) {
      if (options.signal.aborted)
        throw this.#failure(`did not answer within ${ANSWER_TIMEOUT_MS / 1000} seconds`);
      const { message } = describeConnectFailure(error, `its host ${hostOf(url)}:${portOf(url)}`);
      throw new KubeError("CREDENTIAL", `${this.#name} cannot be asked for a new token. ${message}`, {
        cause: error,
      });
    }
  }

  #refused({ code, body }: Answer): KubeError {
    let said = "";
    try {
      const { error, error_description: why } = refusalShape.parse(JSON.parse(body));
      said = `: ${`${error}${why ? `, ${why}` : ""}`.slice(0, MAX_SHOWN_CHARS)}`;
    } catch {
      // A proxy's page, perhaps; nothing of it helps.
    }
    return this.#failure(
      `does not give a new token for the refresh-token (HTTP ${code}${said}). Sign in again with the tool that wrote the kubeconfig`,
    );
  }

  #json<S extends z.ZodMiniType>(shape: S, { body }: Answer): z.infer<S> {
    try {
      return shape.parse(JSON.parse(body));
    } catch {
      throw this.#failure("does not answer as an OpenID Connect provider");
    }
  }

  get #name(): string {
    return `The identity provider ${JSON.stringify(parseServer(this.settings.issuer).url.href)}`;
  }

  #failure(what: string): KubeError {
    return new KubeError("CREDENTIAL", `${this.#name} ${what}.`);
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new KubeError("CREDENTIAL", "it sent too much");
    chunks.push(chunk);
  }
  return { code: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") };
}
