/**
 * Bounds the memory that request heads take before anybody is asked who they are (threats.md A28). One head may be as
 * long as an API server allows, because a command is part of the request line; all that come in at once share a budget.
 */
import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Of all connections together; a usual head has 1 to 4 KiB. */
const MAX_HEADS_BYTES = 64 * 1024 * 1024;
const LOOK_EVERY_MS = 250;

export class HeadsInFlight {
  /** Connections whose next head has not come whole, with what they had read before it. */
  readonly #waiting = new Map<Socket, number>();
  readonly #timer: NodeJS.Timeout;

  /** @param tls heads are counted above TLS */
  constructor(server: Server, tls: boolean) {
    server.on(tls ? "secureConnection" : "connection", (socket: Socket) => {
      this.#waiting.set(socket, socket.bytesRead);
      socket.once("close", () => this.#waiting.delete(socket));
    });
    server.on("request", (request, response) => {
      const { socket } = request;
      this.#waiting.delete(socket);
      // What follows the answer on this connection is the next head.
      response.once("close", () => {
        if (!socket.destroyed) this.#waiting.set(socket, socket.bytesRead);
      });
    });
    server.on("upgrade", ({ socket }) => this.#waiting.delete(socket));
    server.on("clientError", (_error, socket) => this.#waiting.delete(socket as Socket));
    server.once("close", () => clearInterval(this.#timer));
    this.#timer = setInterval(() => this.drop(MAX_HEADS_BYTES), LOOK_EVERY_MS).unref();
  }

  get bytes(): number {
    let sum = 0;
    for (const [socket, before] of this.#waiting) sum += socket.bytesRead - before;
    return sum;
  }

  /** Drops the longest heads until the others fit. */
  drop(limit: number): void {
    let left = this.bytes;
    if (left <= limit) return;
    const longest = [...this.#waiting]
      .map(([socket, before]) => ({ socket, bytes: socket.bytesRead - before }))
      .sort((one, other) => other.bytes - one.bytes);
    for (const { socket, bytes } of longest) {
      if (left <= limit) return;
      this.#waiting.delete(socket);
      socket.destroy();
      left -= bytes;
    }
  }
}
