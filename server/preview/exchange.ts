/**
 * One attempt to have a request answered by the pod: sends it over the forward's agent and watches it until an
 * answer comes or cannot come any more. Next hops: the agent's socket (subrequest-socket.ts) and, for the answer,
 * response-relay.ts.
 *
 * On node:http and not on httpxy, whose web() drops 1xx and trailers, joins repeated headers, sends a response's
 * head only with its first byte (an event stream stays silent until its first event), closes the connection
 * after each chunked upload and cannot repeat a request.
 */
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type InformationEvent,
  type ServerResponse,
} from "node:http";
import { asForwardError, ForwardError } from "#server/forward/errors.ts";
import { SubrequestSocket } from "#server/forward/subrequest-socket.ts";
import type { Framing } from "./message-framing.ts";
import type { PodAgent } from "./pod-agent.ts";
import { type AnswerRewrite, headerPairs, ResponseRelay } from "./response-relay.ts";
import type { StallWatch } from "./stall-watch.ts";
import { mayTrail } from "./trailer-fields.ts";

/** From the request's last byte to the answer's head. Reports and long polls take minutes; a dead app takes for ever. */
const RESPONSE_HEAD_TIMEOUT_MS = 10 * 60_000;
/** 1xx before the answer: a program says 100 or 102 now and then, and a hint or two. */
const MAX_INFORMATIONS = 64;
/** Node's own limit is 16 KiB; programs with many cookies exceed it. */
const MAX_RESPONSE_HEAD_BYTES = 64 * 1024;

export interface ExchangeParts {
  request: IncomingMessage;
  response: ServerResponse;
  agent: PodAgent;
  watch: StallWatch;
  /** For the pod, framing excluded. */
  headers: string[];
  framing: Exclude<Framing, { kind: "unsupported" }>;
  /** Asked when the answer comes: the port in the pod is known only then. */
  rewrite: () => AnswerRewrite;
  /** May be sent again, so it need not wait in a stalled tunnel. */
  movable: boolean;
}

export class Exchange {
  readonly #parts: ExchangeParts;
  #upstream: ClientRequest | null = null;
  #relay: ResponseRelay | null = null;
  /** Something of the answer came, so the program has seen the request. */
  #answered = false;
  #sentAt = 0;
  #informed = 0;
  #settle: (error: ForwardError | null) => void = () => {};

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  /** Bytes of the response's body. */
  get bytes(): number {
    return this.#relay?.bytes ?? 0;
  }

  /** It went over a kept connection, which the pod may have closed at the same moment. */
  get reusedSocket(): boolean {
    return this.#upstream?.reusedSocket ?? false;
  }

  /** Nothing of an answer came: the request may be repeated if it is of the kind that may be. */
  get unanswered(): boolean {
    return !this.#answered;
  }

  /**
   * Resolves when the response is over, also when the browser gave up.
   * Rejects with a ForwardError while nothing of a final response was sent, so that something else can be.
   */
  run(): Promise<void> {
    const { response, watch } = this.#parts;
    return new Promise<void>((resolve, reject) => {
      const closed = () => this.#settle(null);
      this.#settle = (error) => {
        this.#settle = () => {};
        watch.delete(this.#look);
        response.off("close", closed);
        this.#release();
        if (error) reject(error);
        else resolve();
      };
      response.once("close", closed);
      if (response.destroyed) closed();
      else this.#send();
    });
  }

  #send(): void {
    const { request, agent, watch, headers, framing } = this.#parts;
    let upstream: ClientRequest;
    try {
      upstream = httpRequest({
        agent,
        method: request.method,
        path: request.url,
        headers: [...headers, ...framing.headers],
        maxHeaderSize: MAX_RESPONSE_HEAD_BYTES,
      });
    } catch (cause) {
      // Characters that our parser lets in and Node's client does not send.
      this.#settle(new ForwardError("INVALID", (cause as Error).message, { cause }));
      return;
    }
    this.#upstream = upstream;
    upstream.on("information", (information) => this.#inform(information));
    upstream.on("response", (answer) => this.#answer(answer));
    // Once there is an answer only its own end counts: the connection may close before a slow reader has it all.
    upstream.on("error", (cause) => this.#relay ?? this.#settle(named(cause)));
    // A 101 that nobody asked for ends like this, without an error.
    upstream.on("close", () => this.#relay ?? this.#settle(named(new Error("closed"))));
    watch.add(this.#look);
    this.#sendBody(upstream);
  }

  #sendBody(upstream: ClientRequest): void {
    const { request, framing } = this.#parts;
    if (framing.kind === "none") {
      this.#sentAt = Date.now();
      upstream.end();
      return;
    }
    // The head must not wait for the first byte of a slow upload.
    upstream.flushHeaders();
    request.pipe(upstream, { end: false });
    request.once("end", () => {
      this.#sentAt = Date.now();
      const trailers = headerPairs(request.rawTrailers).filter(([name]) => mayTrail(name));
      if (framing.kind === "chunked" && trailers.length > 0) upstream.addTrailers(trailers);
      upstream.end();
    });
  }

  /** 1xx. Node can write three of them; no browser or program waits for another. */
  #inform({ statusCode, headers }: InformationEvent): void {
    this.#answered = true;
    const { response } = this.#parts;
    if (response.headersSent || response.destroyed) return;
    this.#informed += 1;
    if (this.#informed > MAX_INFORMATIONS) {
      this.#settle(
        new ForwardError("NOT_HTTP", `more than ${MAX_INFORMATIONS} answers of 1xx came, and no other`),
      );
      return;
    }
    if (statusCode === 100) response.writeContinue();
    else if (statusCode === 102) response.writeProcessing();
    else if (statusCode === 103 && headers.link !== undefined) {
      try {
        // What else a head may say is looked at in the final one alone.
        response.writeEarlyHints({ link: headers.link as string | string[] });
      } catch {
        // Node is strict about Link values. Hints are only hints.
      }
    }
  }

  #answer(answer: IncomingMessage): void {
    this.#answered = true;
    const { request, response, watch, rewrite } = this.#parts;
    watch.delete(this.#look);
    const problem = codeProblem(answer);
    if (problem) {
      this.#settle(problem);
      return;
    }
    this.#relay = new ResponseRelay(answer, request, response);
    try {
      this.#relay.start(rewrite(), () => this.#stopUpload());
    } catch (error) {
      this.#settle(asForwardError(error));
    }
  }

  /** Answered before the upload was through: the rest goes nowhere, or the browser would not read the answer. */
  #stopUpload(): void {
    const { request } = this.#parts;
    const upstream = this.#upstream;
    if (!upstream || upstream.writableFinished) return;
    request.unpipe(upstream);
    request.resume();
    upstream.destroy();
  }

  readonly #look = (): void => {
    const socket = this.#upstream?.socket as unknown;
    const movable = this.#parts.movable && !this.#answered;
    if (movable && socket instanceof SubrequestSocket && socket.carrier.stalled) {
      this.#settle(new ForwardError("STALLED", "the tunnel waits for the slow reader of another request"));
    } else if (this.#sentAt > 0 && Date.now() - this.#sentAt > RESPONSE_HEAD_TIMEOUT_MS) {
      const minutes = RESPONSE_HEAD_TIMEOUT_MS / 60_000;
      this.#settle(new ForwardError("TIMEOUT", `the program did not answer within ${minutes} minutes`));
    }
  };

  /** Lets go of both sides: the subrequest ends unless the answer was complete, the upload has nowhere to go. */
  #release(): void {
    const { request, response, framing } = this.#parts;
    const upstream = this.#upstream;
    if (!upstream) return;
    if (framing.kind !== "none") request.unpipe(upstream);
    if (!response.writableFinished) upstream.destroy();
  }
}

/**
 * Node takes 000 to 099 for answers, and a 101 without its headers: a proxy that is given that joins its sockets
 * (threats.md A12).
 */
export function codeProblem({ statusCode = 0 }: IncomingMessage): ForwardError | null {
  return statusCode < 200 ? new ForwardError("NOT_HTTP", `the program answered ${statusCode}`) : null;
}

/** What Node's client says of a connection or an answer that was no good. */
function named(cause: Error & { code?: string }): ForwardError {
  if (cause instanceof ForwardError) return cause;
  if (cause.code?.startsWith("HPE_")) return new ForwardError("NOT_HTTP", cause.message, { cause });
  if (cause.code === "ECONNRESET" || !cause.code) {
    return new ForwardError("NO_ANSWER", "the connection ended before an answer came", { cause });
  }
  return asForwardError(cause);
}
