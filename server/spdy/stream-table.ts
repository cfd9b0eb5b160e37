/** The open streams of a connection, and the rules for their ids: clients use 1, 3, 5 and so on, servers 2, 4, 6. */

import { SpdyConnectionError } from "./errors.ts";
import { MAX_ID, ResetStatus } from "./frames/constants.ts";
import type { SpdyStream } from "./stream.ts";

export class StreamTable {
  readonly #client: boolean;
  readonly #maxStreams: number;
  readonly #streams = new Map<number, SpdyStream>();
  #nextId: number;
  #lastPeerId = 0;

  constructor(role: "client" | "server", maxStreams: number) {
    this.#client = role === "client";
    this.#maxStreams = maxStreams;
    this.#nextId = this.#client ? 1 : 2;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** The highest id the peer has used; 0 before the first. */
  get lastPeerId(): number {
    return this.#lastPeerId;
  }

  /** An id for a stream of ours. */
  nextId(): number {
    if (!this.#client) {
      throw new SpdyConnectionError("PROTOCOL", "Only the client opens streams.");
    }
    if (this.#streams.size >= this.#maxStreams) {
      throw new SpdyConnectionError("TOO_MANY_STREAMS", `${this.#maxStreams} streams are open already.`);
    }
    if (this.#nextId > MAX_ID) {
      throw new SpdyConnectionError("TOO_MANY_STREAMS", "The connection has no stream ids left.");
    }
    const id = this.#nextId;
    this.#nextId += 2;
    return id;
  }

  /** Whether the peer may open a stream with this id: null, or the status to reset it with. */
  admit(id: number): number | null {
    const peersParity = this.#client ? 0 : 1;
    if (id % 2 !== peersParity || id <= this.#lastPeerId) return ResetStatus.ProtocolError;
    this.#lastPeerId = id;
    // A Kubernetes server never opens streams, and nobody here would read one.
    if (this.#client || this.#streams.size >= this.#maxStreams) return ResetStatus.RefusedStream;
    return null;
  }

  add(stream: SpdyStream): void {
    this.#streams.set(stream.id, stream);
  }

  get(id: number): SpdyStream | undefined {
    return this.#streams.get(id);
  }

  delete(id: number): void {
    this.#streams.delete(id);
  }

  /** All streams, which from now on are no longer here. */
  takeAll(): SpdyStream[] {
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    return streams;
  }
}
