/** SPDY/3.1 on the wire, as Kubernetes speaks it (moby/spdystream spdy/types.go), and the limits we add. */

/** The version field of control frames. "3.1" exists only in the name of the upgrade. */
export const SPDY_VERSION = 3;

/** Every frame begins with 8 bytes: 4 of kind and id, 1 of flags, 3 of length. */
export const FRAME_HEADER_BYTES = 8;

/** Control frame types. 5 (NOOP) and 10 (CREDENTIAL) of the draft are unknown to Kubernetes and to us. */
export const FrameType = {
  SynStream: 1,
  SynReply: 2,
  Reset: 3,
  Settings: 4,
  Ping: 6,
  GoAway: 7,
  Headers: 8,
  WindowUpdate: 9,
} as const;

export const Flag = {
  /** The sender's half of the stream ends with this frame. */
  Fin: 0x01,
  /** SYN_STREAM only: the receiver may not write. Kubernetes never opens such a stream. */
  Unidirectional: 0x02,
} as const;

/** RST_STREAM status. Zero is illegal; Kubernetes sends Cancel, and ProtocolError for a bad id. */
export const ResetStatus = {
  ProtocolError: 1,
  InvalidStream: 2,
  RefusedStream: 3,
  UnsupportedVersion: 4,
  Cancel: 5,
  InternalError: 6,
  FlowControlError: 7,
  StreamInUse: 8,
  StreamAlreadyClosed: 9,
} as const;

export const GoAwayStatus = { Ok: 0, ProtocolError: 1, InternalError: 2 } as const;

/** Stream and ping ids have 31 bits. */
export const MAX_ID = 0x7fffffff;

/**
 * The payload of the DATA frames we send. A socket read yields up to 64 KiB, which then travels as one frame;
 * Go accepts frames of megabytes but queues whole frames, so ours stay small.
 */
export const MAX_DATA_BYTES = 64 * 1024;

/** A header block once inflated. Kubernetes sends well under 1 KiB. */
export const MAX_HEADER_BLOCK_BYTES = 64 * 1024;

/** Names and values in one block. Kubernetes sends three. */
export const MAX_HEADERS = 64;

/** Above MAX_HEADER_BLOCK_BYTES, so that an incompressible block of the allowed size fits in its frame. */
export const MAX_CONTROL_FRAME_BYTES = 68 * 1024;

/** Open streams per connection: 128 forwarded connections of two streams each. */
export const MAX_STREAMS = 256;

/** What one stream holds for a slow reader; above it the whole connection stops reading. */
export const STREAM_BUFFER_BYTES = 256 * 1024;
/** The connection reads on once the slow stream holds no more than this. */
export const STREAM_RESUME_BYTES = 64 * 1024;

/** What all streams of a connection hold together; without it 256 readers could hold 64 MiB. */
export const CONNECTION_BUFFER_BYTES = 8 * 1024 * 1024;
export const CONNECTION_RESUME_BYTES = 4 * 1024 * 1024;

/** What a stream accepts from write() before it says stop. */
export const STREAM_WRITE_BYTES = 128 * 1024;

/** Unsent bytes at which a peer that provokes answers (pings, resets) and reads none is cut off. */
export const MAX_UNSENT_BYTES = 4 * 1024 * 1024;
/** The same in frames: one of 12 bytes costs hundreds while it waits. All streams reset at once are MAX_STREAMS. */
export const MAX_UNSENT_CONTROLS = 4_096;
/** Frames that ask for an answer or for time and bring nothing. Go sends a ping in five seconds, and no other. */
export const IDLE_FRAMES_BURST = 1_000;
export const IDLE_FRAMES_PER_SECOND = 100;

/** client-go waits this long for SYN_REPLY ("Timeout occurred"). */
export const REPLY_TIMEOUT_MS = 30_000;

/** Silence after a ping that means a dead peer. With any of our ping periods it is noticed within 45 s. */
export const PING_TIMEOUT_MS = 30_000;
/** The same for a peer that may still have to take what was sent: its program may stand at a breakpoint. */
export const STALLED_PING_TIMEOUT_MS = 300_000;
/** A Linux pipe, and less than a TCP connection takes without anyone reading it. */
export const UNCONFIRMED_SMALL_BYTES = 64 * 1024;
/** FRAME_WORKERS of moby/spdystream, which gives them pings in turn. */
export const PEER_WORKERS = 5;

/** After GOAWAY the peer has this long to close its side. */
export const CLOSE_TIMEOUT_MS = 2_000;
