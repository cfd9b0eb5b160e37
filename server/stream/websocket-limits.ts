/** Limits of every WebSocket Porthole opens or accepts. */

/** Larger messages from a browser or kubectl end the connection with 1009. kubectl sends 32 769 bytes at most. */
export const DOWNSTREAM_MAX_MESSAGE_BYTES = 1024 * 1024;
/** API servers send 32 KiB pieces; runtimes behind old ones may send more. */
export const UPSTREAM_MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

/** ws counts fragments and chunks against floods of tiny frames (CVE-2024-37890). */
export const MAX_FRAGMENTS = 128;
export const DOWNSTREAM_MAX_BUFFERED_CHUNKS = 1024;
/** One 8 MiB message in pieces of one Ethernet frame. */
export const UPSTREAM_MAX_BUFFERED_CHUNKS = 8192;

/** More than this waiting to be sent means the reader is slow: stop the source until it has drained. */
export const SEND_HIGH_WATER_BYTES = 256 * 1024;

/** From the dial to the answer of the handshake. */
export const HANDSHAKE_TIMEOUT_MS = 30_000;
/** We asked the API server to close; it has nothing to wait for. */
export const UPSTREAM_CLOSE_TIMEOUT_MS = 10_000;
/** The close frame queues behind output that a slow reader has yet to take; the status is in that output. */
export const DOWNSTREAM_CLOSE_TIMEOUT_MS = 300_000;

/** A refusal's body is a Status; more than this of it is not read. */
export const MAX_REFUSAL_BYTES = 64 * 1024;

/** Options of `ws` for connections we accept. */
export const DOWNSTREAM_LIMITS = {
  // 23 times the memory per connection, and inflate bombs (threats.md A26, finding 8).
  perMessageDeflate: false,
  maxPayload: DOWNSTREAM_MAX_MESSAGE_BYTES,
  maxFragments: MAX_FRAGMENTS,
  maxBufferedChunks: DOWNSTREAM_MAX_BUFFERED_CHUNKS,
  closeTimeout: DOWNSTREAM_CLOSE_TIMEOUT_MS,
} as const;

/** Options of `ws` for connections we dial. */
export const UPSTREAM_LIMITS = {
  perMessageDeflate: false,
  // A redirect would carry the credential to another host (CVE-2020-8559, threats.md A11).
  followRedirects: false,
  maxPayload: UPSTREAM_MAX_MESSAGE_BYTES,
  maxFragments: MAX_FRAGMENTS,
  maxBufferedChunks: UPSTREAM_MAX_BUFFERED_CHUNKS,
  handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  closeTimeout: UPSTREAM_CLOSE_TIMEOUT_MS,
} as const;
