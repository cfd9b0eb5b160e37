/** A real HTTP server on 127.0.0.1 that answers requests one by one as a test says. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ScriptedRequest {
  path: string;
  query: URLSearchParams;
  response: ServerResponse;
  /** True once the other side has let go. */
  closed: () => boolean;
}

export class ScriptedApi {
  #waiting: ((request: ScriptedRequest) => void)[] = [];
  #arrived: ScriptedRequest[] = [];
  readonly #server = createServer((request, response) => this.#take(request, response));
  base = "";

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.base = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  /** The next request, when it comes. */
  next(): Promise<ScriptedRequest> {
    const request = this.#arrived.shift();
    if (request) return Promise.resolve(request);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(message: IncomingMessage, response: ServerResponse): void {
    const url = new URL(message.url ?? "/", this.base);
    let closed = false;
    response.on("close", () => {
      closed = true;
    });
    const request = { path: url.pathname, query: url.searchParams, response, closed: () => closed };
    const waiting = this.#waiting.shift();
    if (waiting) waiting(request);
    else this.#arrived.push(request);
  }
}

export function answerJson({ response }: ScriptedRequest, value: unknown, code = 200): void {
  response.writeHead(code, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

export function answerStatus(request: ScriptedRequest, code: number, message: string): void {
  answerJson(request, { kind: "Status", status: "Failure", code, message }, code);
}

/** Begins a stream; write to `response` goes on. */
export function openStream({ response }: ScriptedRequest): void {
  response.writeHead(200);
  response.flushHeaders();
}

/** Resolves when the predicate holds for what was recorded last. */
export class Recorder<T> {
  readonly all: T[] = [];
  #waiting: { test: (value: T) => boolean; resolve: (value: T) => void }[] = [];

  readonly record = (value: T): void => {
    this.all.push(value);
    this.#waiting = this.#waiting.filter(({ test, resolve }) => {
      if (!test(value)) return true;
      resolve(value);
      return false;
    });
  };

  until(test: (value: T) => boolean): Promise<T> {
    const last = this.all.at(-1);
    if (last !== undefined && test(last)) return Promise.resolve(last);
    return new Promise((resolve) => this.#waiting.push({ test, resolve }));
  }
}
