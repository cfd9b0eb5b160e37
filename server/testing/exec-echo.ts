/** A command for tests, as an API server runs it: `cat`, an exit code, a flood, or a death without a status. */
import { Channel } from "#protocol/channel.ts";
import { exitStatus } from "#protocol/status.ts";
import { encodeText } from "#protocol/text.ts";
import type { ChannelSocket } from "#server/stream/types.ts";

export interface EchoLog {
  resizes: string[];
  stdinClosed: boolean;
  ended: boolean;
  /** Of the client's leaving: 1006 when it left without a word. */
  endCode: number | null;
}

/** `cat`: echoes stdin, answers the half-close with exit 0; the line `exit N` exits, `vanish` dies without a status. */
export function runEcho(socket: ChannelSocket): EchoLog {
  const log: EchoLog = { resizes: [], stdinClosed: false, ended: false, endCode: null };
  const exit = (code: number) => {
    socket.send(Channel.Error, encodeText(JSON.stringify(exitStatus(code))));
    socket.close({ cause: "exited", words: "the command is over" });
  };
  socket.listen({
    frame(channel, payload) {
      if (channel === Channel.Close) {
        log.stdinClosed = true;
        exit(0);
      } else if (channel === Channel.Resize) {
        log.resizes.push(Buffer.from(payload).toString());
      } else if (channel === Channel.Stdin) {
        const line = payload.byteLength < 20 ? Buffer.from(payload).toString() : "";
        if (/^exit \d+$/.test(line)) exit(Number(line.slice(5)));
        else if (line === "vanish") socket.terminate();
        else if (line === "oops") socket.send(Channel.Stderr, encodeText("oops on stderr"));
        else if (!socket.send(Channel.Stdout, payload)) socket.pause();
      }
    },
    drain: () => socket.resume(),
    end({ code }) {
      log.ended = true;
      log.endCode = code;
    },
  });
  return log;
}
