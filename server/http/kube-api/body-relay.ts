/**
 * The body of an answer on its way to the client, with backpressure: watches and logs never end by themselves. Either
 * side's end is the other's, and so is the end of the grant they stand on.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { accessErrorOf } from "#server/access/access-error.ts";
import { JoinedWrites } from "#server/stream/relay/joined-writes.ts";
import { refusalOf } from "../error-response.ts";

const NEWLINE = 0x0a;
/** For the last words to a client that may not be reading. */
const LAST_WORDS_MS = 500;

export class BodyRelay {
  /** Nothing of a line waits for its rest. */
  #atLineEnd = true;
  #ended = false;
  readonly #writes: JoinedWrites;

  /** @param isWatch the body is lines of watch events, if it is JSON */
  constructor(
    private readonly answer: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly isWatch: boolean,
  ) {
    this.#writes = new JoinedWrites(answer, response);
    answer.on("data", (chunk: Buffer) => {
      if (this.#ended) return;
      this.#atLineEnd = chunk.at(-1) === NEWLINE;
      this.#writes.write(chunk);
    });
    this.#writes.start();
    answer.once("end", () => {
      this.#writes.flush();
      response.end();
    });
    answer.on("error", () => {});
    // Cut in the middle: closing the connection is the only way left to say so.
    answer.once("close", () => this.#ended || answer.readableEnded || response.destroy());
    response.once("close", () => answer.destroy());
    if (response.destroyed) answer.destroy();
  }

  /** The right is gone: no byte follows but the reason, where the answer has a place for it. */
  end(end: StreamEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    const { answer, response } = this;
    this.#writes.flush();
    answer.destroy();
    const json = String(answer.headers["content-type"] ?? "").startsWith("application/json");
    if (!this.isWatch || !json || !this.#atLineEnd || answer.readableEnded) {
      response.destroy();
      return;
    }
    // As the API server tells a watch that it cannot go on (apiserver pkg/endpoints/handlers/watch.go).
    const { status } = refusalOf(accessErrorOf(end));
    response.end(`${JSON.stringify({ type: "ERROR", object: status })}\n`);
    const limit = setTimeout(() => response.destroy(), LAST_WORDS_MS).unref();
    response.once("close", () => clearTimeout(limit));
  }
}
