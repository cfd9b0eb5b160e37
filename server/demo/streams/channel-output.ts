/** The server's half of a v5 stream: output in frames of at most 32 KiB, then the Status, then the close. */
import { Channel, MAX_PAYLOAD_BYTES } from "#protocol/channel.ts";
import type { Status } from "#protocol/status.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { encodeText } from "#protocol/text.ts";
import type { ChannelSocket } from "#server/stream/types.ts";

export interface StreamOptions {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
}

export class ChannelOutput {
  #ended = false;

  constructor(
    private readonly socket: ChannelSocket,
    private readonly options: StreamOptions,
  ) {
    // An API server's first message: the lowest channel it may write, alone (protocol.md 1.2).
    if (socket.transport === "websocket") socket.send(this.#lowestChannel(), new Uint8Array(0));
  }

  /** False: the reader is slow; stop until the socket's drain. */
  write(channel: typeof Channel.Stdout | typeof Channel.Stderr, bytes: Uint8Array): boolean {
    if (this.#ended || !this.#wants(channel)) return true;
    let taken = true;
    // An empty message would be fatal to client-go, so a frame is sent for every piece and for no emptiness.
    for (let start = 0; start < bytes.byteLength; start += MAX_PAYLOAD_BYTES) {
      const piece = bytes.subarray(start, start + MAX_PAYLOAD_BYTES);
      taken = this.socket.send(channel, piece);
    }
    return taken;
  }

  /** The last word: kubectl takes any close code but 1000 for a failure, whatever the Status says. */
  end(status: Status): void {
    if (this.#ended) return;
    this.#ended = true;
    this.socket.send(Channel.Error, encodeText(JSON.stringify(status)));
    this.socket.close({ cause: "exited", words: "the command is over" });
  }

  /** Ends a stream whose client broke the protocol, or whose server goes away: no Status follows. */
  abort(end: StreamEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.socket.close(end);
  }

  #lowestChannel(): number {
    if (this.options.stdout) return Channel.Stdout;
    return this.#wants(Channel.Stderr) ? Channel.Stderr : Channel.Error;
  }

  #wants(channel: typeof Channel.Stdout | typeof Channel.Stderr): boolean {
    if (channel === Channel.Stdout) return this.options.stdout;
    // With a terminal there is one output, and it is stdout (protocol.md 1.7).
    return this.options.stderr && !this.options.tty;
  }
}
