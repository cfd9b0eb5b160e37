/** The end of a client's socket that must not wait for the client. */
import type { StreamEnd } from "#protocol/stream-end.ts";
import type { ChannelSocket } from "./types.ts";

/** What waits in a queue before the reason is not for the client's eyes any more: it goes with the connection. */
const LAST_WORDS_MS = 500;

/** Says the reason to a client that reads, and drops one that does not. */
export function closeWithin(socket: ChannelSocket, end: StreamEnd): void {
  socket.close(end);
  setTimeout(() => socket.terminate(), LAST_WORDS_MS).unref();
}
