/** Two ChannelSockets joined in memory, with a queue that can be stopped: the far end of a slow or dead network. */
import { type Channel, encodeFrame } from "#protocol/channel.ts";
import { CloseCode, closeFrameOf, ReceivedCode } from "#protocol/close-code.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { endOfClose } from "#server/stream/stream-end.ts";
import type { ChannelSocket, ChannelSocketEvents, SocketEnd } from "#server/stream/types.ts";

/** The end of a peer that says nothing about it. */
export const CLOSED: StreamEnd = { cause: "closed", words: "it was closed in order" };

class PairedChannelSocket implements ChannelSocket {
  readonly transport = "websocket";
  rttMs: number | null = null;
  peer!: PairedChannelSocket;
  #events: ChannelSocketEvents | null = null;
  #inbox: Uint8Array[] = [];
  #paused = false;
  #end: SocketEnd | null = null;
  #told = false;
  #congested = false;

  constructor(
    readonly subprotocol: string,
    private readonly highWaterBytes: number,
  ) {}

  get paused(): boolean {
    return this.#paused;
  }

  get queuedBytes(): number {
    return this.peer.#inbox.reduce((sum, frame) => sum + frame.byteLength, 0);
  }

  listen(events: ChannelSocketEvents): void {
    this.#events = events;
    this.#deliver();
  }

  send(channel: number, payload: Uint8Array): boolean {
    return this.sendFrame(wholeFrame(channel, payload));
  }

  /** A whole frame, as on a WebSocket: byte 0 is the channel. */
  sendFrame(frame: Uint8Array): boolean {
    if (this.peer.#end) return true;
    this.peer.#inbox.push(frame);
    this.peer.#deliver();
    this.#congested ||= this.queuedBytes > this.highWaterBytes;
    return !this.#congested;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#deliver();
  }

  close(end: StreamEnd): void {
    const { code, reason } = closeFrameOf(end);
    this.closeWith(code, reason);
  }

  /** With a code that Porthole would not send. */
  closeWith(code: number, reason = ""): void {
    const end = endOfClose(code, reason);
    this.#finish(end);
    this.peer.#finish(end);
  }

  terminate(): void {
    this.#finish({ cause: "lost", words: "terminated", code: CloseCode.InternalError });
    this.peer.#finish(endOfClose(ReceivedCode.Abnormal, ""));
  }

  #finish(end: SocketEnd): void {
    this.#end ??= end;
    this.#deliver();
  }

  #deliver(): void {
    if (!this.#events) return;
    while (!this.#paused && this.#inbox.length > 0) {
      const frame = this.#inbox.shift()!;
      this.#events.frame(frame[0]!, frame.subarray(1));
    }
    if (this.peer.#congested && this.#inbox.length === 0) {
      this.peer.#congested = false;
      this.peer.#events?.drain();
    }
    if (this.#end && this.#inbox.length === 0 && !this.#told) {
      this.#told = true;
      this.#events.end(this.#end);
    }
  }
}

/** @param highWaterBytes where send() begins to answer false */
export function channelPair(
  subprotocol: string,
  highWaterBytes = 256 * 1024,
): [PairedChannelSocket, PairedChannelSocket] {
  const near = new PairedChannelSocket(subprotocol, highWaterBytes);
  const far = new PairedChannelSocket(subprotocol, highWaterBytes);
  near.peer = far;
  far.peer = near;
  return [near, far];
}

/** As on a WebSocket. */
function wholeFrame(channel: number, payload: Uint8Array): Uint8Array {
  return encodeFrame(channel as Channel, payload);
}

/** Collects what comes out of a socket, as whole frames. */
export function record(socket: ChannelSocket) {
  const frames: Uint8Array[] = [];
  const seen: { frames: Uint8Array[]; end: SocketEnd | null; drains: number; on(channel: number): Buffer } = {
    frames,
    end: null,
    drains: 0,
    on: (channel) =>
      Buffer.concat(frames.filter((frame) => frame[0] === channel).map((frame) => frame.subarray(1))),
  };
  socket.listen({
    frame: (channel, payload) => frames.push(wholeFrame(channel, payload)),
    drain: () => {
      seen.drains += 1;
    },
    end: (end) => {
      seen.end = end;
    },
  });
  return seen;
}
