/**
 * Reading an upgraded connection without garbage. By default Node makes a buffer for each 16 KiB of TLS it reads, and
 * collecting them cost a fast stream as much as decrypting it. With `onread` (node:net) it reads into one buffer again
 * and again: the bytes are valid until the reader returns. Until somebody takes the reads, they are given to the
 * stream as usual, because node:http listens for 'data'.
 */
import { type OnReadOpts, Socket } from "node:net";
import type { Duplex } from "node:stream";

/** More than one read of TLS gives; plain TCP fills it. */
const READ_BUFFER_BYTES = 64 * 1024;
/** One for all: reads come one after the other, and each is over when its reader returns. */
const buffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);

/** The connections that read this way, and what takes their bytes. */
const readers = new WeakMap<object, (bytes: Buffer) => boolean>();

/** @param connect makes the socket with these options of node:net or node:tls */
export function withDirectReads<T>(connect: (onread: OnReadOpts) => T): T {
  let key: object | null = null;
  const callback = (length: number) => (key && readers.get(key)?.(buffer.subarray(0, length))) ?? false;
  const socket = connect({ buffer, callback });
  if (socket instanceof Socket) {
    key = socket;
    readers.set(socket, (bytes) => socket.push(Buffer.from(bytes)));
  }
  return socket;
}

/**
 * From now on `reader` is given what the connection reads. What comes while it is paused, or while the stream holds
 * something older, goes through the stream: listen for 'data' as well. False: this connection (through a proxy) reads
 * as usual, and everything comes by 'data'.
 */
export function takeReads(socket: Duplex, reader: (bytes: Buffer) => void): boolean {
  const push = readers.get(socket);
  if (!push) return false;
  readers.set(socket, (bytes) => {
    if (socket.isPaused() || socket.readableLength > 0) return push(bytes);
    reader(bytes);
    return true;
  });
  return true;
}
