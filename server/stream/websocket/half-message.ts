/**
 * What all clients together may have us keep of messages that have not come whole (threats.md A29): `ws` puts a message
 * together, up to DOWNSTREAM_MAX_MESSAGE_BYTES for each connection, and a client may open many.
 */
import { MAX_READ_BYTES } from "./websocket-limits.ts";

/** Of the whole process, for it is the process's memory. kubectl's messages come whole in one or two reads. */
const MAX_HALF_MESSAGES_BYTES = 12 * 1024 * 1024;

let kept = 0;

export class HalfMessage {
  #bytes = 0;
  /** One ended in what was read last: what is left of that read begins the next. */
  #ended = false;

  /**
   * @param bytes that `ws` has been given
   * @returns false: there is no room for it
   */
  read(bytes: number): boolean {
    this.#set(this.#ended ? bytes : this.#bytes + bytes);
    this.#ended = false;
    return this.#bytes <= MAX_READ_BYTES || kept <= MAX_HALF_MESSAGES_BYTES;
  }

  /** A message was whole. */
  end(): void {
    this.#ended = true;
    this.#set(0);
  }

  /** The connection is gone. */
  drop(): void {
    this.#set(0);
  }

  #set(bytes: number): void {
    kept += counted(bytes) - counted(this.#bytes);
    this.#bytes = bytes;
  }
}

/** One read may hold whole messages alone, so it does not count. */
function counted(bytes: number): number {
  return bytes <= MAX_READ_BYTES ? 0 : bytes;
}
