/**
 * One client's connection: what it is doing, since when, and whether that is too long. Events say what began and
 * ended; whether a peer still sends and takes is seen by looking now and then.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { ConnectionLimits } from "./limits.ts";

export type Phase =
  | "handshake"
  | "head"
  | "idle"
  /** A request is read or answered. */
  | "request"
  /** Answered before the request was whole. */
  | "lingering"
  /** The answer is written, and the client does not take it. */
  | "untaken"
  | "upgraded"
  /** One FIN has passed and the other has not: ours, or that of who was upgraded. */
  | "closing";

export const PHASES: readonly Phase[] = [
  ...(["handshake", "head", "idle", "request"] as const),
  ...(["lingering", "untaken", "upgraded", "closing"] as const),
];

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

export class Connection {
  /** The last request came from who is signed in. */
  signedIn = false;
  #socket: Socket;
  #secured: boolean;
  #upgraded = false;
  #served = false;
  readonly #exchanges = new Set<Exchange>();
  /** Bytes read before the head that is awaited. */
  #readBefore: number;
  #phase: Phase;
  #since = performance.now();
  #read = 0;
  #readAt = this.#since;
  #written = 0;
  #writtenAt = this.#since;

  /** @param tls the handshake is still to come; @param address as addressKey() makes it */
  constructor(
    socket: Socket,
    tls: boolean,
    readonly address: string,
  ) {
    this.#socket = socket;
    this.#secured = !tls;
    this.#readBefore = socket.bytesRead;
    this.#phase = this.phase;
  }

  /** The TLS handshake is finished; heads are counted above it. */
  secured(socket: Socket): void {
    this.#socket = socket;
    this.#secured = true;
    this.#readBefore = socket.bytesRead;
    this.#begin();
  }

  /** @returns how many requests are under way */
  requested(request: IncomingMessage, response: ServerResponse): number {
    if (this.#exchanges.size === 0) this.signedIn = false;
    const exchange = { request, response };
    this.#exchanges.add(exchange);
    this.#served = true;
    this.#begin();
    const over = () => {
      if (!request.closed || !response.closed) return;
      this.#exchanges.delete(exchange);
      this.#readBefore = this.#socket.bytesRead;
      this.#begin();
    };
    request.once("close", over);
    response.once("close", over);
    return this.#exchanges.size;
  }

  upgraded(): void {
    this.signedIn = false;
    this.#upgraded = true;
    this.#begin();
  }

  /** Something begins that may take its own time. */
  #begin(): void {
    this.#phase = this.phase;
    this.#since = performance.now();
  }

  get phase(): Phase {
    if (!this.#secured) return "handshake";
    if (this.#socket.writableEnded) return this.#socket.writableFinished ? "closing" : "untaken";
    if (this.#upgraded) return this.#socket.readableEnded ? "closing" : "upgraded";
    const [first] = this.#exchanges;
    if (first) {
      if (first.response.closed) return "lingering";
      return first.response.writableEnded ? "untaken" : "request";
    }
    return this.headBytes > 0 || !this.#served ? "head" : "idle";
  }

  /** Of a head that has not come whole. */
  get headBytes(): number {
    if (!this.#secured || this.#upgraded || this.#exchanges.size > 0) return 0;
    return this.#socket.bytesRead - this.#readBefore;
  }

  /** Nobody who is signed in misses it: it may be closed when others need the place. */
  get spare(): boolean {
    return !this.signedIn || this.phase === "idle" || this.phase === "closing";
  }

  /** @returns whether the phase takes longer than it may */
  overdue(now: number, limits: ConnectionLimits): boolean {
    this.#look(now);
    const took = now - this.#since;
    const silent = now - Math.max(this.#since, this.#readAt);
    const who = this.signedIn ? "signedIn" : "stranger";
    switch (this.#phase) {
      case "handshake":
        return took > limits.handshakeMs;
      case "head":
        return took > limits.headMs;
      case "idle":
        return took > limits.idleMs;
      case "lingering":
        return took > limits.lingerMs[who] || silent > limits.lingerStallMs;
      case "closing":
        return now - Math.max(this.#since, this.#writtenAt) > limits.closingMs[who];
      case "upgraded":
        return !this.signedIn && took > limits.strangerMs;
      case "request":
        return this.signedIn ? silent > limits.bodyStallMs && this.#waitsForBody() : took > limits.strangerMs;
      case "untaken":
        return now - Math.max(this.#since, this.signedIn ? this.#writtenAt : 0) > limits.untakenMs[who];
    }
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #look(now: number): void {
    const { bytesRead, bytesWritten, writableLength } = this.#socket;
    const written = bytesWritten - writableLength;
    if (bytesRead !== this.#read) [this.#read, this.#readAt] = [bytesRead, now];
    if (written !== this.#written) [this.#written, this.#writtenAt] = [written, now];
    const { phase } = this;
    if (phase !== this.#phase) [this.#phase, this.#since] = [phase, now];
  }

  /** Not when it is us who do not read on, because the pod does not. */
  #waitsForBody(): boolean {
    const [first] = this.#exchanges;
    return first !== undefined && !first.request.complete && first.request.readableFlowing === true;
  }
}
