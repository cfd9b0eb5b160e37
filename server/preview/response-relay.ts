/** A pod's answer on its way to the browser: head, body and trailers, as fast as the slower of the two ends. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ForwardError } from "#server/forward/errors.ts";
import { JoinedWrites } from "#server/stream/relay/joined-writes.ts";
import { browserResponseHeaders, type ResponseRewrite, reasonPhrase } from "./response-headers.ts";
import { mayTrail } from "./trailer-fields.ts";
import { GuardedScript, isWorkerScript, neverKept, workerProblem } from "./worker-script.ts";

export type AnswerRewrite = Omit<ResponseRewrite, "chunked" | "trailers">;

export class ResponseRelay {
  /** Bytes of the body so far. */
  bytes = 0;
  readonly #answer: IncomingMessage;
  readonly #response: ServerResponse;
  /** Content-Length of a body that will come; null when something else delimits it. */
  readonly #length: number | null;
  readonly #trailers: boolean;
  /** The browser asked for a service worker. */
  readonly #worker: boolean;
  #script: GuardedScript | null = null;
  readonly #writes: JoinedWrites;

  constructor(answer: IncomingMessage, request: IncomingMessage, response: ServerResponse) {
    this.#answer = answer;
    this.#response = response;
    this.#writes = new JoinedWrites(answer, response);
    const { statusCode, headers } = answer;
    const bodyless = request.method === "HEAD" || statusCode === 204 || statusCode === 304;
    const chunked = headers["transfer-encoding"] !== undefined;
    this.#worker = isWorkerScript(request);
    this.#trailers = chunked && !bodyless && request.httpVersion === "1.1";
    this.#length =
      bodyless || chunked || this.#worker ? null : Number(headers["content-length"] ?? Number.NaN);
  }

  /**
   * Sends the head and starts the body.
   * @param answered the answer has been read to its end
   * @throws ForwardError NOT_HTTP for a head that Node's parser lets in and its server does not send, and for a service
   * worker that cannot be guarded
   */
  start(rewrite: AnswerRewrite, answered: () => void): void {
    const answer = this.#answer;
    const response = this.#response;
    const chunked = answer.headers["transfer-encoding"] !== undefined;
    const problem = this.#worker ? workerProblem(answer) : null;
    if (problem) throw new ForwardError("NOT_HTTP", problem);
    try {
      const parts = { ...rewrite, chunked, trailers: this.#trailers };
      const headers = browserResponseHeaders(answer.rawHeaders, parts);
      if (!this.#worker) headers.push("Vary", "Service-Worker");
      // A forward's name in a Referer is enough to lure its cookie to another port of this host (threats.md A2).
      if (answer.headers["referrer-policy"] === undefined) headers.push("Referrer-Policy", "same-origin");
      const kept = this.#worker ? neverKept(headers) : headers;
      response.writeHead(answer.statusCode ?? 502, reasonPhrase(answer), kept);
    } catch (cause) {
      throw new ForwardError("NOT_HTTP", (cause as Error).message, { cause });
    }
    // A browser runs nothing but a 2xx.
    if (this.#worker && response.statusCode < 300) this.#script = new GuardedScript(rewrite.ownOrigin);
    answer.on("data", (chunk: Buffer) => this.#send(chunk));
    this.#writes.start();
    answer.once("end", () => {
      this.#finish();
      answered();
    });
    // Cut short: the browser must see a broken transfer and not a short one.
    answer.once("error", () => response.destroy());
    answer.once("close", () => {
      if (!answer.complete) response.destroy();
    });
    // An event stream's head goes out at once. In most answers the first bytes follow in the same turn and
    // travel together with it.
    setImmediate(() => {
      if (this.bytes === 0 && !response.writableEnded && !response.destroyed) response.flushHeaders();
    });
  }

  #send(chunk: Buffer): void {
    this.bytes += chunk.byteLength;
    // The last byte and the end in one piece: most answers are one write.
    if (this.bytes === this.#length) {
      this.#writes.flush();
      this.#response.end(chunk);
      return;
    }
    const bytes = this.#script ? this.#script.push(chunk) : chunk;
    if (bytes) this.#writes.write(bytes);
  }

  #finish(): void {
    if (this.#response.writableEnded) return;
    this.#writes.flush();
    const trailers = headerPairs(this.#answer.rawTrailers).filter(([name]) => mayTrail(name));
    const rest = this.#script?.end();
    if (rest) this.#response.write(rest);
    if (this.#trailers && trailers.length > 0) this.#response.addTrailers(trailers);
    this.#response.end();
  }
}

/** A raw list as pairs. */
export function headerPairs(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    pairs.push([raw[index] as string, raw[index + 1] as string]);
  }
  return pairs;
}
