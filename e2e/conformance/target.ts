/** What the suite talks to: a context of a Porthole, or an API server itself. Plain HTTP, nothing of the product. */

import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { clusterSegment } from "#protocol/cluster-segment.ts";

const REQUEST_LIMIT_MS = 30_000;

export interface TargetOptions {
  origin: string;
  token: string;
  /** The context at a Porthole; null for an API server itself. */
  context: string | null;
  /** PEM; absent: what the system trusts. */
  ca?: string | undefined;
}

export interface Answer {
  code: number;
  headers: IncomingMessage["headers"];
  body: string;
}

export interface StreamQuery {
  command?: readonly string[];
  container?: string;
  stdin?: boolean;
  stdout?: boolean;
  stderr?: boolean;
  tty?: boolean;
}

export class Target {
  readonly origin: string;
  readonly context: string | null;
  readonly #options: TargetOptions;

  constructor(options: TargetOptions) {
    this.#options = options;
    this.origin = options.origin.replace(/\/$/, "");
    this.context = options.context;
  }

  get isPorthole(): boolean {
    return this.context !== null;
  }

  /** Where the Kubernetes API begins. */
  get prefix(): string {
    return this.context === null ? "" : `/clusters/${clusterSegment(this.context)}`;
  }

  get headers(): { authorization: string } {
    return { authorization: `Bearer ${this.#options.token}` };
  }

  get token(): string {
    return this.#options.token;
  }

  /** For node:https and ws. */
  get tls(): { ca?: string } {
    return this.#options.ca === undefined ? {} : { ca: this.#options.ca };
  }

  withContext(context: string): Target {
    return new Target({ ...this.#options, context });
  }

  withToken(token: string): Target {
    return new Target({ ...this.#options, token });
  }

  /** The path of a stream, booleans written only when true, as kubectl does. */
  streamPath(
    subresource: string,
    place: { namespace: string; pod: string },
    query: StreamQuery = {},
  ): string {
    const search = new URLSearchParams();
    for (const part of query.command ?? []) search.append("command", part);
    if (query.container) search.set("container", query.container);
    for (const flag of ["stdin", "stdout", "stderr", "tty"] as const)
      if (query[flag]) search.set(flag, "true");
    const path = `${this.prefix}/api/v1/namespaces/${place.namespace}/pods/${place.pod}/${subresource}`;
    return search.size > 0 ? `${path}?${search}` : path;
  }

  /** Options for a request of node:http or node:https to a path of the origin. */
  options(method: string, path: string): RequestOptions & { ca?: string } {
    const { hostname, port } = new URL(this.origin);
    // No connection is used twice: an API server closes the one of a refused upgrade without saying so.
    const common = { hostname, port, agent: false, timeout: REQUEST_LIMIT_MS };
    return { ...this.tls, ...common, path, method, headers: this.headers };
  }

  get requester(): typeof httpRequest {
    return this.origin.startsWith("https:") ? httpsRequest : httpRequest;
  }

  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const options = this.options(method, path);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...options.headers,
      ...(text === undefined ? {} : { "content-type": "application/json" }),
    };
    return await new Promise((resolve, reject) => {
      const request = this.requester({ ...options, headers }, (response) => {
        readAnswer(response).then(resolve, reject);
      });
      request.once("timeout", () => request.destroy(new Error(`${method} ${path}: no answer`)));
      request.once("error", reject);
      request.end(text);
    });
  }

  /** A JSON answer, or the fault in words. */
  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.ask(method, path, body);
    if (answer.code >= 300)
      throw new Error(`${method} ${path} was answered ${answer.code}: ${answer.body.trim()}`);
    return (answer.body === "" ? undefined : JSON.parse(answer.body)) as T;
  }
}

export async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const pieces: Buffer[] = [];
  for await (const piece of response as AsyncIterable<Buffer>) pieces.push(piece);
  return {
    code: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(pieces).toString(),
  };
}
