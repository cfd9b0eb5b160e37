/** Joins two sockets: bytes both ways with backpressure, half-close passed on, one end's failure ends the other. */
import { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** A TCP socket or a subrequest: both can close once what was written has left. */
export type SplicedSocket = Duplex & { destroySoon(): void };

export function splice(a: SplicedSocket, b: SplicedSocket): void {
  follow(a, b);
  follow(b, a);
  a.pipe(b);
  b.pipe(a);
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
