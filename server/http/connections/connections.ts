/**
 * All connections of the listener. A client that connects and then does as little as it can takes a place from others
 * (threats.md A28): each phase has a deadline that ends in destroy, and when places are short the ones that nobody
 * signed in misses are closed, the oldest of the greediest address first, so that whoever comes next finds one. Who is
 * signed in is told by the handlers (`know`), after the check; live streams of theirs are never closed here.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { addressKey } from "#server/access/client-address.ts";
import type { Logger } from "#server/log.ts";
import { Connection, PHASES, type Phase } from "./connection.ts";
import { headsTooMany, MAX_HEADS_BYTES } from "./heads-in-flight.ts";
import type { ConnectionLimits } from "./limits.ts";
import { PlaceLog } from "./place-log.ts";
import { Places } from "./places.ts";

const LOOK_EVERY_MS = 250;
/** Then the process was busy with something else, or the machine slept. */
const STILL_MS = 2_000;
/** No client sends as many requests without waiting for an answer; each costs more than it has bytes. */
const MAX_PIPELINED = 4;
/** Connections of strangers that Node's parser reads by itself, which is fastest: of these heads only `#look` hears. */
const MAX_UNSEEN = 8;
/**
 * So many heads of strangers may be longer than this at once. The next one is cut as it passes the mark: within one turn
 * all sockets together may bring hundreds of MiB, and a parser that lets its longest go gives nothing back to the system.
 */
const LARGE_HEAD_BYTES = 32 * 1024;
const MAX_LARGE_HEADS = 8;
/** Destroyed sockets are counted by Node until the loop comes round; so many may wait in the listener's queue. */
const BACKLOG = 1_024;

/** A phase that took too long; or no place for it, heads that are too large together, too many requests at once. */
export type ClosedFor = Phase | "place" | "heads" | "pipeline";
const REASONS: readonly ClosedFor[] = [...PHASES, "place", "heads", "pipeline"];

export class Connections implements Iterable<Connection> {
  readonly #places: Places;
  readonly #of = new WeakMap<Duplex, Connection>();
  /** TLS: by the peer's address and port, because the socket above TLS does not name the one below. */
  readonly #handshakes = new Map<string, Connection>();
  readonly #unseen = new Set<Connection>();
  readonly #large = new Set<Connection>();
  /** How the counting of a connection's heads ends. */
  readonly #counting = new WeakMap<Connection, () => void>();
  readonly #timer: NodeJS.Timeout;
  #lookedAt = performance.now();
  readonly #log: PlaceLog;
  /** Since the start, by reason. */
  readonly closed = Object.fromEntries(REASONS.map((why) => [why, 0])) as Record<ClosedFor, number>;

  constructor(
    server: Server,
    tls: boolean,
    private readonly limits: ConnectionLimits,
    log: Pick<Logger, "warn" | "info">,
  ) {
    this.#log = new PlaceLog(log, limits.total);
    this.#places = new Places(limits, (connection) => this.#close(connection, "place"));
    server.maxConnections = limits.total + BACKLOG;
    server.on("drop", () => this.#count("place"));
    server.on("connection", (socket: Socket) => this.#accept(socket, tls));
    if (tls) server.on("secureConnection", (socket: Socket) => this.#secured(socket));
    for (const event of ["request", "checkContinue", "checkExpectation"] as const)
      server.on(event, (request, response) => this.#requested(request, response));
    server.on("upgrade", ({ socket }) => this.#upgraded(socket));
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
    server.once("close", () => {
      clearInterval(this.#timer);
      this.#log.stop();
    });
  }

  /** The request, or the upgrade, on this socket comes from who is signed in. */
  know(socket: Duplex): void {
    const connection = this.#of.get(socket);
    if (!connection) return;
    this.#places.know(connection);
    this.#unseen.delete(connection);
  }

  /** Whether anybody can be answered on it: not before its TLS handshake. */
  speaks(socket: Duplex): boolean {
    const phase = this.#of.get(socket)?.phase;
    return phase !== undefined && phase !== "handshake";
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.#places[Symbol.iterator]();
  }

  /** Now, by phase. */
  counts(): Record<Phase, number> {
    const counts = Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Record<Phase, number>;
    for (const { phase } of this) counts[phase] += 1;
    return counts;
  }

  #accept(socket: Socket, tls: boolean): void {
    const connection = new Connection(socket, tls, addressKey(socket.remoteAddress));
    this.#of.set(socket, connection);
    if (!this.#places.take(connection)) return;
    const key = peerOf(socket);
    if (tls) this.#handshakes.set(key, connection);
    else this.#watchHeads(connection, socket);
    socket.once("close", () => {
      this.#places.leave(connection);
      this.#unseen.delete(connection);
      this.#large.delete(connection);
      if (this.#handshakes.get(key) === connection) this.#handshakes.delete(key);
    });
    if (this.#handshakes.size > this.limits.handshakes) this.#closeHandshake();
  }

  /** The oldest of the greediest address, or of all. */
  #closeHandshake(): void {
    const waiting = [...this.#handshakes.values()];
    const greediest = this.#places.greediest();
    const victim = waiting.find(({ address }) => address === greediest) ?? waiting[0];
    if (victim) this.#close(victim, "place");
  }

  #secured(socket: Socket): void {
    const key = peerOf(socket);
    const connection = this.#handshakes.get(key);
    this.#handshakes.delete(key);
    if (!connection) {
      socket.destroy();
      return;
    }
    this.#of.set(socket, connection);
    connection.secured(socket);
    this.#watchHeads(connection, socket);
  }

  /** The parser hands its bytes to whoever listens for them, and so does a little more work for each. */
  #watchHeads(connection: Connection, socket: Socket): void {
    if (this.#unseen.size < MAX_UNSEEN) {
      this.#unseen.add(connection);
      return;
    }
    const count = () => {
      if (connection.headBytes <= LARGE_HEAD_BYTES || this.#large.has(connection)) return;
      for (const other of this.#large) if (other.headBytes <= LARGE_HEAD_BYTES) this.#large.delete(other);
      if (this.#large.size < MAX_LARGE_HEADS) this.#large.add(connection);
      else this.#close(connection, "heads");
    };
    socket.on("data", count);
    this.#counting.set(connection, () => socket.off("data", count));
  }

  #requested(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#of.get(request.socket);
    if (!connection) return;
    const underWay = connection.requested(request, response);
    this.#places.used(connection);
    if (underWay > MAX_PIPELINED) this.#close(connection, "pipeline");
  }

  #upgraded(socket: Socket): void {
    const connection = this.#of.get(socket);
    if (!connection) return;
    // What follows is for whoever takes the socket over.
    this.#counting.get(connection)?.();
    connection.upgraded();
    this.#places.used(connection);
  }

  #look(): void {
    const now = performance.now();
    const stoodStill = now - this.#lookedAt > STILL_MS;
    this.#lookedAt = now;
    // What came meanwhile has not been read: nobody is late because we are.
    if (stoodStill) return;
    for (const connection of [...this]) {
      if (connection.overdue(now, this.limits)) this.#close(connection, connection.phase);
    }
    for (const connection of headsTooMany(this, MAX_HEADS_BYTES)) this.#close(connection, "heads");
  }

  #close(connection: Connection, why: ClosedFor): void {
    this.#places.leave(connection);
    this.#count(why);
    connection.destroy();
  }

  #count(why: ClosedFor): void {
    this.closed[why] += 1;
    if (why === "place") this.#log.closed();
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
