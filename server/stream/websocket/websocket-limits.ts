/**
 * Limits of every WebSocket Porthole opens or accepts. What API servers send needs none for the size of a message: it is
 * given on in pieces and never put together (websocket-frames.ts).
 */

/** Larger messages from a browser or kubectl end the connection with 1009. kubectl sends 32 769 bytes at most. */
export const DOWNSTREAM_MAX_MESSAGE_BYTES = 1024 * 1024;

/** What Node reads of a socket at once. */
export const MAX_READ_BYTES = 64 * 1024;

/** ws counts fragments and chunks against floods of tiny frames (CVE-2024-37890). */
const MAX_FRAGMENTS = 128;
const DOWNSTREAM_MAX_BUFFERED_CHUNKS = 1024;

/**
 * More than this waiting to be sent means the reader is slow: stop the source until it has drained. One turn of the event
 * loop reads up to 512 KiB, so half as much would stop and start a fast stream all the time, and copy what came meanwhile.
 */
export const SEND_HIGH_WATER_BYTES = 1024 * 1024;

/** Half-open connections of clients show after this and ten probes, a second apart. */
export const TCP_KEEP_ALIVE_MS = 30_000;
/** What was sent of a client that has left still goes to the API server, if that takes it within this time. */
export const HANG_UP_TIMEOUT_MS = 2_000;
/** We asked the API server to close; it has nothing to wait for. */
export const UPSTREAM_CLOSE_TIMEOUT_MS = 10_000;
/** The close frame queues behind output that a slow reader has yet to take; the status is in that output. */
const DOWNSTREAM_CLOSE_TIMEOUT_MS = 300_000;
/** A client that broke a bound is told so, and is gone after this, whatever it does. */
export const CLOSE_LINGER_MS = 2_000;
/**
 * Behind our close the client's own is looked for, and what it had sent before it saw ours is dropped. Of who sends more
 * nothing is read any more: that costs its sender nothing, and everybody else a processor (threats.md A27).
 */
export const AFTER_CLOSE_READ_BYTES = 8 * 1024 * 1024;

/** Options of `ws` for connections we accept. */
export const DOWNSTREAM_LIMITS = {
  // 23 times the memory per connection, and inflate bombs (threats.md A26, finding 8).
  perMessageDeflate: false,
  // accepted-websocket.ts answers, behind what it has to say first.
  autoPong: false,
  maxPayload: DOWNSTREAM_MAX_MESSAGE_BYTES,
  maxFragments: MAX_FRAGMENTS,
  maxBufferedChunks: DOWNSTREAM_MAX_BUFFERED_CHUNKS,
  closeTimeout: DOWNSTREAM_CLOSE_TIMEOUT_MS,
} as const;
