/** Joins two sockets: bytes both ways with backpressure, half-close passed on, one end's failure ends the other. */
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { DirectReader } from "#server/spdy/direct-reads.ts";
import { TurnWrites } from "#server/stream/websocket/turn-writes.ts";
import { SEND_HIGH_WATER_BYTES } from "#server/stream/websocket/websocket-limits.ts";

const NOTHING = new Uint8Array(0);

/** A TCP socket or a subrequest: both can close once what was written has left. */
export type SplicedSocket = Duplex & { destroySoon(): void; takeReads?(reader: DirectReader): void };

export function splice(a: SplicedSocket, b: SplicedSocket): void {
  follow(a, b);
  follow(b, a);
  carry(a, b);
  carry(b, a);
}

/** Towards TCP the pieces of one turn leave together: a tunnel brings them in 16 KiB, and each write is a system call. */
function carry(from: SplicedSocket, to: SplicedSocket): void {
  if (!(to instanceof Socket)) {
    from.pipe(to);
    return;
  }
  const writes = new TurnWrites(to);
  const pass = (bytes: Buffer) => {
    writes.copy(NOTHING, bytes);
    if (to.writableLength + writes.pendingBytes > SEND_HIGH_WATER_BYTES) from.pause();
  };
  from.on("data", pass);
  from.takeReads?.(pass);
  to.on("drain", () => from.resume());
  from.once("end", () => {
    writes.flush();
    to.end();
  });
}

function follow(first: SplicedSocket, second: SplicedSocket): void {
  // The failure is dealt with on 'close'; unheard, an 'error' event would end the process.
  first.on("error", () => {});
  first.once("close", () => {
    if (first.errored || !first.readableEnded) cut(second);
    // An orderly end: what is still queued may leave.
    else second.destroySoon();
  });
  if (first.destroyed) cut(second);
}

/** A reset where there is one, so that a program does not take half a transfer for the whole. */
export function cut(socket: Duplex): void {
  const plainTcp = socket instanceof Socket && !("encrypted" in socket);
  if (plainTcp && !socket.destroyed) socket.resetAndDestroy();
  else socket.destroy();
}
