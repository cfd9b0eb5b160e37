/** A ChannelSocket that counts what it carries and tells its record when it begins to speak and how it ends. */
import { Channel } from "#protocol/channel.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";
import type { ChannelSocket, ChannelSocketEvents, SocketEnd } from "#server/stream/types.ts";
import type { LiveNumbers, StreamRecord } from "./stream-record.ts";

export class ObservedChannelSocket implements ChannelSocket {
  /** Payload by channel, 0 to 4. */
  readonly #bytes = [0, 0, 0, 0, 0];
  #hadOutput = false;
  readonly subprotocol: string;
  readonly transport: "websocket" | "spdy";
  readonly record: StreamRecord;

  /** @param open makes the record; the numbers it is given change while the stream is open */
  constructor(
    private readonly socket: ChannelSocket,
    open: (live: () => LiveNumbers) => StreamRecord,
  ) {
    this.subprotocol = socket.subprotocol;
    this.transport = socket.transport;
    this.record = open(() => this.#numbers());
  }

  get queuedBytes(): number {
    return this.socket.queuedBytes;
  }

  get rttMs(): number | null {
    return this.socket.rttMs;
  }

  listen(events: ChannelSocketEvents): void {
    this.socket.listen({
      frame: (channel, payload) => {
        // The first frame of an API server is a bare channel byte and proves nothing (protocol.md 1.2).
        if (!this.#hadOutput && payload.byteLength > 0 && channel !== Channel.Error) {
          this.#hadOutput = true;
          this.record.firstByte();
        }
        this.#count(channel, payload);
        events.frame(channel, payload);
      },
      drain: () => events.drain(),
      end: (end) => {
        this.record.end(this.#withStatus(end));
        events.end(end);
      },
    });
  }

  send(channel: number, payload: Uint8Array): boolean {
    this.#count(channel, payload);
    return this.socket.send(channel, payload);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  close(end: StreamEnd): void {
    this.record.end({ ...end, words: `closed by Porthole: ${end.words}` });
    this.socket.close(end);
  }

  terminate(): void {
    this.record.end({ cause: "client-left", words: "dropped by Porthole" });
    this.socket.terminate();
  }

  /** A close in order behind a status is the end of a command. */
  #withStatus({ cause, words, code }: SocketEnd): StreamEnd {
    const status = this.#bytes[Channel.Error]! > 0;
    return {
      cause: cause === "closed" && status ? "exited" : cause,
      words: `${words} (close code ${code})`,
    };
  }

  #numbers(): LiveNumbers {
    const [stdin = 0, stdout = 0, stderr = 0, error = 0, resize = 0] = this.#bytes;
    return {
      bytesUp: stdin + resize,
      bytesDown: stdout + stderr + error,
      channels: { stdin, stdout, stderr, error, resize },
      rttMs: this.socket.rttMs,
    };
  }

  #count(channel: number, payload: Uint8Array): void {
    if (channel <= Channel.Resize) this.#bytes[channel]! += payload.byteLength;
  }
}
