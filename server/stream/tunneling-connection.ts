/**
 * A WebSocket as a byte stream: SPDY/3.1 inside binary messages (client-go tools/portforward/tunneling_connection.go).
 * Message borders mean nothing; empty messages are allowed and skipped. Next hop: spdy/connection.ts, or another
 * tunnel when the bytes are relayed.
 */
import { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { CloseCode } from "#protocol/close-code";
import { StreamError } from "./errors";
import { Heartbeat, type HeartbeatOptions } from "./heartbeat";
import { DEAD_PEER_WORDS } from "./loss-words";

/** Pieces smaller than this are joined into one message: a SPDY header is 8 bytes. */
const COALESCE_BYTES = 4096;

export class TunnelingConnection extends Duplex {
  /** As net.Socket counts. */
  bytesRead = 0;
  bytesWritten = 0;
  readonly #heartbeat: Heartbeat;

  constructor(
    private readonly ws: WebSocket,
    heartbeat: HeartbeatOptions,
  ) {
    super({ allowHalfOpen: false });
    this.#heartbeat = new Heartbeat(ws, heartbeat, () =>
      this.destroy(new StreamError("DEAD_PEER", DEAD_PEER_WORDS)),
    );
    ws.on("message", (data: RawData, isBinary: boolean) => this.#message(data as Buffer, isBinary));
    ws.on("error", (error) => this.destroy(new StreamError("PROTOCOL", error.message, { cause: error })));
    ws.on("close", (code) => this.#closed(code));
  }

  override _read(): void {
    this.ws.resume();
    this.#heartbeat.setPaused(false);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#heartbeat.sent(chunk.byteLength);
    this.bytesWritten += chunk.byteLength;
    // The peer has closed: nobody takes this any more, and an error would lose what came before its end.
    if (this.ws.readyState !== this.ws.OPEN) done();
    else this.ws.send(chunk, { binary: true }, done);
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
    this.ws.close(CloseCode.Normal);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#heartbeat.stop();
    if (this.ws.readyState === this.ws.OPEN && !error) this.ws.close(CloseCode.Normal);
    else if (this.ws.readyState !== this.ws.CLOSED) this.ws.terminate();
    done(error);
  }

  #send(message: Buffer): void {
    this.#heartbeat.sent(message.byteLength);
    this.bytesWritten += message.byteLength;
    this.ws.send(message, { binary: true });
  }

  #message(data: Buffer, isBinary: boolean): void {
    this.#heartbeat.received(data.byteLength);
    this.bytesRead += data.byteLength;
    if (!isBinary) {
      this.ws.close(CloseCode.UnsupportedData);
      this.destroy(new StreamError("PROTOCOL", "a text message came through the tunnel"));
    } else if (data.byteLength > 0 && !this.push(data)) {
      this.ws.pause();
      this.#heartbeat.setPaused(true);
    }
  }

  #closed(code: number): void {
    this.#heartbeat.stop();
    // client-go: 1000 is the end of the stream, anything else is an error.
    if (code === CloseCode.Normal || this.destroyed) this.push(null);
    else this.destroy(new StreamError("LOST", `the tunnel was lost (close code ${code})`));
  }
}
