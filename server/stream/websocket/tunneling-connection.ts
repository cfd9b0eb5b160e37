/**
 * A WebSocket as a byte stream: SPDY/3.1 inside binary messages (client-go tools/portforward/tunneling_connection.go).
 * Message borders mean nothing; empty messages are allowed and skipped. Next hop: spdy/connection.ts, or another
 * tunnel when the bytes are relayed.
 */
import { Duplex } from "node:stream";
import { CloseCode, causeOfClose, closeReason } from "#protocol/close-code.ts";
import { takeReads } from "#server/kube/connect/direct-reads.ts";
import { type DirectReader, DirectReads } from "#server/spdy/direct-reads.ts";
import { StreamError } from "../errors.ts";
import { DEAD_PEER } from "../stream-end.ts";
import { Heartbeat, type HeartbeatOptions, ofTunnel } from "./heartbeat.ts";
import type { WebSocketConnection } from "./websocket-connection.ts";

/** Pieces smaller than this are joined into one message: a SPDY header is 8 bytes. */
const COALESCE_BYTES = 4096;

export class TunnelingConnection extends Duplex {
  /** As net.Socket counts. */
  bytesRead = 0;
  bytesWritten = 0;
  readonly #heartbeat: Heartbeat;
  readonly #direct = new DirectReads(this);
  #over = false;

  constructor(
    private readonly connection: WebSocketConnection,
    heartbeat: HeartbeatOptions,
  ) {
    super({ allowHalfOpen: false });
    this.#heartbeat = new Heartbeat(connection, ofTunnel(heartbeat), () =>
      this.destroy(new StreamError("DEAD_PEER", DEAD_PEER.words)),
    );
    connection.listen({
      piece: (bytes, _first, binary) => this.#piece(bytes, binary),
      pong: () => this.#heartbeat.pong(),
      drain() {},
      failed: ({ words }) => this.destroy(new StreamError("PROTOCOL", words)),
      closed: (code, reason) => this.#closed(code, reason),
    });
  }

  /** Round trip of the last answered ping; null before the first. */
  get rttMs(): number | null {
    return this.#heartbeat.rttMs;
  }

  /** See spdy/direct-reads.ts. */
  takeReads(reader: DirectReader): void {
    this.#direct.take(reader);
  }

  override _read(): void {
    this.connection.resume();
    this.#heartbeat.setPaused(false);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(chunk, done);
  }

  override _writev(
    chunks: { chunk: Buffer; encoding: BufferEncoding }[],
    done: (error?: Error | null) => void,
  ): void {
    let small: Buffer[] = [];
    const messages: Buffer[] = [];
    const flush = () => {
      if (small.length > 0) messages.push(small.length === 1 ? small[0]! : Buffer.concat(small));
      small = [];
    };
    for (const { chunk } of chunks) {
      if (chunk.byteLength >= COALESCE_BYTES) {
        flush();
        messages.push(chunk);
      } else {
        small.push(chunk);
      }
    }
    flush();
    const last = messages.pop();
    for (const message of messages) this.#send(message);
    if (last) this._write(last, "binary" as BufferEncoding, done);
    else done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.connection.close(CloseCode.Normal, "");
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#heartbeat.stop();
    const leaves = error instanceof StreamError && error.code === "GOING_AWAY";
    if ((!error || leaves) && this.connection.open) {
      if (leaves) this.connection.close(CloseCode.GoingAway, closeReason(error.message));
      else this.connection.close(CloseCode.Normal, "");
      // Up to the peer's close frame.
      this.connection.resume();
    } else if (!this.#over) {
      this.connection.terminate();
    }
    done(error);
  }

  #send(message: Buffer, done?: (error?: Error | null) => void): void {
    this.#heartbeat.sent(message.byteLength);
    this.bytesWritten += message.byteLength;
    // When the peer has closed nobody takes it any more, and an error would lose what came before its end.
    this.connection.sendBytes(message, done);
  }

  #piece(bytes: Buffer, binary: boolean): void {
    if (this.destroyed) return;
    this.#heartbeat.received(bytes.byteLength);
    this.bytesRead += bytes.byteLength;
    if (!binary) {
      this.connection.close(CloseCode.UnsupportedData, "");
      this.destroy(new StreamError("PROTOCOL", "a text message came through the tunnel"));
    } else if (bytes.byteLength > 0 && !this.#direct.offer(bytes) && !this.push(Buffer.from(bytes))) {
      this.connection.pause();
      this.#heartbeat.setPaused(true);
    }
  }

  #closed(code: number, reason: string): void {
    this.#heartbeat.stop();
    this.#over = true;
    // client-go: 1000 is the end of the stream, anything else is an error.
    if (code === CloseCode.Normal || this.destroyed) this.push(null);
    else {
      const known = causeOfClose(code) === "going-away" ? "GOING_AWAY" : "LOST";
      const said = reason ? `: ${reason}` : "";
      this.destroy(new StreamError(known, `the tunnel was lost (close code ${code})${said}`));
    }
  }
}

/**
 * The bytes of an upgraded connection straight to a reader, whatever carries them.
 * @returns false when they only come by 'data'
 */
export function takeDirectReads(bytes: Duplex, reader: DirectReader): boolean {
  if (!(bytes instanceof TunnelingConnection)) return takeReads(bytes, reader);
  bytes.takeReads(reader);
  return true;
}
