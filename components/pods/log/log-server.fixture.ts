/**
 * A real HTTP server with one pod, whose log it serves as the kubelet does (tailLines, follow, previous), and which
 * breaks off as a script says: in the middle of a line, in order, before the head, after a silence; the container goes
 * on writing meanwhile, and may start anew.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface LogStep {
  /** Lines that are written while the answer is read. */
  live: string[];
  /** How much of the answer is sent, of 1. */
  part: number;
  end: "cut" | "order" | "refused" | "no head" | "silence";
  /** Lines that are written after it, before the next answer. */
  meanwhile: string[];
  restart: boolean;
  /** The first lines of the next run. */
  anew: string[];
  /** The next whole answer is cut as well. */
  cutsWhole: boolean;
}

const SILENCE_MS = 40;

export class LogServer {
  #runs: string[][];
  #restarts = 0;
  /** The run before the present one can be known to the reader. */
  #mayRestart = false;
  /** Something of the present run was answered. */
  #presentAsked = false;
  #cutsWhole = false;
  /** Answers that said that the container is over. */
  overTold = 0;
  base = "";
  readonly #server = createServer((request, response) => this.#serve(request, response));

  /** @param first written before anybody reads */
  constructor(
    first: string[],
    private readonly steps: LogStep[],
    private readonly ignoresTail: boolean,
  ) {
    this.#runs = [[...first]];
  }

  /** Every line that was written, with its stamp. */
  get written(): string[] {
    return this.#runs.flat();
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.base = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", this.base);
    if (!url.pathname.endsWith("/log")) this.#servePod(response);
    else if (url.searchParams.has("follow")) this.#serveFollowed(url.searchParams, response);
    else this.#serveWhole(url.searchParams, response);
  }

  #servePod(response: ServerResponse): void {
    const over = this.steps.length === 0;
    if (over) this.overTold += 1;
    const state = over ? { terminated: { exitCode: 1 } } : { running: {} };
    const status = { name: "app", restartCount: this.#restarts, state };
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({ status: { phase: over ? "Failed" : "Running", containerStatuses: [status] } }),
    );
  }

  #serveWhole(query: URLSearchParams, response: ServerResponse): void {
    const previous = query.has("previous");
    const run = this.#runs.at(previous ? -2 : -1);
    if (!run) {
      response.writeHead(400, { "content-type": "application/json" });
      response.end(JSON.stringify({ kind: "Status", code: 400, message: "previous terminated container" }));
      return;
    }
    const text = this.#text(run, query);
    if (this.#cutsWhole) {
      this.#cutsWhole = false;
      send(response, text.subarray(0, text.length / 2), () => response.destroy());
      return;
    }
    if (!previous) this.#presentAsked = true;
    else if (this.#presentAsked) this.#mayRestart = true;
    response.end(text);
  }

  #serveFollowed(query: URLSearchParams, response: ServerResponse): void {
    const step = this.steps.shift();
    const run = this.#runs.at(-1)!;
    this.#presentAsked = true;
    // The first line is seen, or the reader could not know that there was another run. (A stream that is cut throws away
    // what the reader has not taken.)
    const least = this.#mayRestart || !step ? 0 : Buffer.byteLength(`${run[0]}\n`);
    if (!step) {
      response.end(this.#text(run, query));
      return;
    }
    const past = this.#text(run, query);
    run.push(...step.live);
    const all = Buffer.concat([past, Buffer.from(step.live.map((line) => `${line}\n`).join(""))]);
    const sent = all.subarray(0, Math.max(least, Math.floor(all.length * step.part)));
    const first = this.#runs.length === 1 && !this.#mayRestart;
    if (first) this.#mayRestart = true;
    const end = first ? "order" : step.end;
    const after = () => this.#between(step);
    if (end === "no head") {
      response.destroy();
      after();
    } else if (end === "refused") {
      response.writeHead(503, { "retry-after": "1" }).end();
      after();
    } else if (end === "order") {
      response.end(sent);
      after();
    } else {
      send(response, sent, () => {
        const cut = () => response.destroy();
        if (end === "silence") setTimeout(cut, SILENCE_MS);
        else cut();
      });
      response.once("close", after);
    }
  }

  /** What happens while nobody reads. */
  #between(step: LogStep): void {
    this.#runs.at(-1)!.push(...step.meanwhile);
    this.#cutsWhole = step.cutsWhole;
    if (!step.restart || !this.#mayRestart) return;
    this.#mayRestart = false;
    this.#presentAsked = false;
    this.#restarts += 1;
    this.#runs.push([...step.anew]);
  }

  #text(run: string[], query: URLSearchParams): Buffer {
    const tail = this.ignoresTail ? run.length : Number(query.get("tailLines"));
    return Buffer.from(
      run
        .slice(Math.max(0, run.length - tail))
        .map((line) => `${line}\n`)
        .join(""),
    );
  }
}

/** The bytes and the head are on their way when it calls back. */
function send(response: ServerResponse, bytes: Buffer, done: () => void): void {
  response.flushHeaders();
  // Nothing to write would call back before the head has left.
  response.write(bytes, () => setImmediate(done));
}
