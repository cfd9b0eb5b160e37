/**
 * Joins two ChannelSockets: what kubectl or a plain v5 client speaks on one side, the API server on the other.
 * Frames pass untouched and uncopied; a slow side pauses the other, down to the container's pipe.
 */
import { Channel } from "#protocol/channel.ts";
import { clientRules, readClientFrame } from "#protocol/client-frame.ts";
import { lostEnding, lostStatus, type Status } from "#protocol/status.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { encodeText } from "#protocol/text.ts";
import { clientEnd } from "../stream-end.ts";
import type { ChannelSocket } from "../types.ts";

/** What waits in a queue before the reason is not for the client's eyes any more: it goes with the connection. */
const LAST_WORDS_MS = 500;

export interface RelayOptions {
  /** Resizes go upstream only with a tty: without one the second freezes the API server's reader (protocol.md 1.5). */
  tty: boolean;
  /** Once, after both sides are closed or closing. */
  onEnd?(end: RelayEnd): void;
}

export interface ChannelRelay {
  /**
   * Ends both sides from here: the client is told by the status, the API server's side is dropped, so that not a byte
   * more comes of it.
   */
  end(end: StreamEnd, status: Status): void;
}

export interface RelayEnd {
  by: "upstream" | "downstream" | "porthole";
  end: StreamEnd;
  statusSeen: boolean;
  bytesUp: number;
  bytesDown: number;
}

export function relayChannels(
  downstream: ChannelSocket,
  upstream: ChannelSocket,
  options: RelayOptions,
): ChannelRelay {
  const rules = clientRules(downstream, options.tty);
  let bytesUp = 0;
  let bytesDown = 0;
  let statusSeen = false;
  let ended = false;
  const finish = (by: RelayEnd["by"], end: StreamEnd) => {
    if (ended) return;
    ended = true;
    options.onEnd?.({ by, end, statusSeen, bytesUp, bytesDown });
  };

  upstream.listen({
    frame(channel, payload) {
      if (ended) return;
      // client-node throws on any other channel from a server, 255 included (protocol.md 6.2).
      if (channel < Channel.Stdout || channel > Channel.Error) return;
      if (channel === Channel.Error && payload.byteLength > 0) statusSeen = true;
      bytesDown += payload.byteLength;
      if (!downstream.send(channel, payload)) upstream.pause();
    },
    drain: () => downstream.resume(),
    end(end) {
      // The client left or broke the protocol: it is being closed already.
      if (ended) return;
      finish("upstream", end);
      if (!statusSeen)
        downstream.send(Channel.Error, encodeText(JSON.stringify(lostStatus(lostEnding(end.words)))));
      // kubectl fails on any other code, even after a Success (protocol.md 1.4).
      downstream.close({ cause: "exited", words: end.words });
    },
  });

  downstream.listen({
    frame(channel, payload) {
      if (ended) return;
      const read = readClientFrame(channel, payload, rules);
      if (read.kind === "ignored") return;
      if (read.kind === "violation") {
        const end = { cause: "protocol", words: read.words } as const;
        finish("downstream", end);
        upstream.close({ cause: "client-left", words: read.words });
        downstream.close(end);
        return;
      }
      bytesUp += payload.byteLength;
      if (!upstream.send(channel, payload)) downstream.pause();
    },
    drain: () => upstream.resume(),
    end(end) {
      // A client that has its status may hang up before the API server does: then the command has ended, not the client.
      const why: StreamEnd = statusSeen ? { cause: "exited", words: "the command is over" } : clientEnd(end);
      finish(statusSeen ? "upstream" : "downstream", statusSeen ? why : end);
      upstream.close(why);
    },
  });

  return {
    end(end, status) {
      if (ended) return;
      finish("porthole", end);
      upstream.terminate();
      if (!statusSeen) downstream.send(Channel.Error, encodeText(JSON.stringify(status)));
      // kubectl shows the status only behind this code (protocol.md 1.4).
      closeWithin(downstream, { cause: "exited", words: end.words });
    },
  };
}

/** Says the reason to a client that reads, and drops one that does not. */
export function closeWithin(socket: ChannelSocket, end: StreamEnd): void {
  socket.close(end);
  setTimeout(() => socket.terminate(), LAST_WORDS_MS).unref();
}
