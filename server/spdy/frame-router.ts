/** What each received frame means: DATA to its stream, the rest to whom it concerns. */
import { SpdyConnectionError } from "./errors.ts";
import {
  Flag,
  FrameType,
  IDLE_FRAMES_BURST,
  IDLE_FRAMES_PER_SECOND,
  ResetStatus,
} from "./frames/constants.ts";
import type { ControlFrame, HeadersFrame, SynStreamFrame } from "./frames/control-frame.ts";
import type { FrameSink } from "./frames/decode.ts";
import { decodeHeaderBlock } from "./frames/header-block.ts";
import { HeaderDecompressor } from "./frames/header-compression.ts";
import type { Pinger } from "./pinger.ts";
import { SpdyStream, type StreamOwner } from "./stream.ts";
import type { StreamTable } from "./stream-table.ts";
import { TokenBucket } from "./token-bucket.ts";

export interface FrameRouterParts {
  streams: StreamTable;
  owner: StreamOwner;
  pinger: Pinger;
  onStream: ((stream: SpdyStream) => void) | undefined;
  onGoAway: () => void;
}

export class FrameRouter implements FrameSink {
  readonly #parts: FrameRouterParts;
  readonly #decompressor = new HeaderDecompressor();
  readonly #idleFrames = new TokenBucket(IDLE_FRAMES_BURST, IDLE_FRAMES_PER_SECOND);

  constructor(parts: FrameRouterParts) {
    this.#parts = parts;
  }

  data(streamId: number, piece: Buffer, fin: boolean): void {
    const stream = this.#parts.streams.get(streamId);
    // Over on our side, which the peer did not know when it sent this: dropped, so it can never block others.
    if (stream === undefined) return;
    if (piece.length > 0) stream.receive(piece);
    if (fin) stream.receiveEnd();
  }

  control(frame: ControlFrame): void {
    const { streams, pinger, onGoAway } = this.#parts;
    switch (frame.type) {
      case FrameType.SynStream:
        this.#synStream(frame);
        break;
      case FrameType.SynReply:
      case FrameType.Headers:
        this.#headers(frame);
        break;
      case FrameType.Reset:
        streams.get(frame.streamId)?.receiveReset(frame.status);
        break;
      case FrameType.Ping:
        this.#countIdle();
        pinger.receive(frame.id);
        break;
      case FrameType.GoAway:
        this.#countIdle();
        onGoAway();
        break;
      case FrameType.Settings:
        this.#countIdle();
        break;
      // WINDOW_UPDATE: Kubernetes keeps no windows. Who honours SPDY's stalls after 64 KiB.
    }
  }

  /** @throws SpdyConnectionError FLOOD */
  #countIdle(): void {
    if (this.#idleFrames.take() > 0)
      throw new SpdyConnectionError("FLOOD", "The peer sends more frames without bytes than anybody needs.");
  }

  #synStream(frame: SynStreamFrame): void {
    const { streams, owner, onStream } = this.#parts;
    // Before any refusal: the next block is compressed against this one.
    const headers = decodeHeaderBlock(this.#decompressor.decompress(frame.block));
    const oneWay = (frame.flags & Flag.Unidirectional) !== 0;
    const refusal = streams.admit(frame.streamId) ?? (oneWay ? ResetStatus.RefusedStream : null);
    if (refusal !== null) {
      this.#countIdle();
      owner.sendReset(frame.streamId, refusal);
      return;
    }
    const stream = new SpdyStream(owner, frame.streamId, Object.freeze(headers));
    streams.add(stream);
    if (frame.flags & Flag.Fin) stream.receiveEnd();
    if (onStream) onStream(stream);
    else stream.reset(ResetStatus.RefusedStream);
  }

  /** What a reply says beside yes has no meaning in Kubernetes; its block must be inflated all the same. */
  #headers(frame: HeadersFrame): void {
    decodeHeaderBlock(this.#decompressor.decompress(frame.block));
    const stream = this.#parts.streams.get(frame.streamId);
    // A reply to a stream that is over is none of the peer's fault.
    const needed = frame.type === FrameType.SynReply && (stream?.receiveReply() ?? true);
    if (!needed) this.#countIdle();
    if (frame.flags & Flag.Fin) stream?.receiveEnd();
  }
}
