/** Plain clients of both wires that leave with and without a word. */
import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { SpdyPeer } from "../../conformance/peers/spdy-peer.ts";
import { limited } from "../../waiting.ts";
import { PLACE } from "../clients/client.ts";
import { openRawStream, type RawStream } from "./raw-stream.ts";
import type { Place, Way } from "./ways.ts";
import { type MarkedRun, RUNS, type Workload } from "./workload.ts";

/** Final, opcode 8; masked with zeros, two bytes: code 1000. */
const CLOSE_FRAME = Buffer.of(0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8);

/** What lies below the stream, and how a client may drop it. */
const DROPS: Record<string, (stream: RawStream) => void> = {
  FIN: ({ bytes }) => void bytes.end(),
  reset: ({ tcp }) => void tcp.resetAndDestroy(),
  "reset, output unread": ({ bytes, tcp }) => {
    bytes.pause();
    tcp.resetAndDestroy();
  },
};

export function streamWays(): Way[] {
  return [
    webSocketWay("v5", "close frame", closeInOrder),
    webSocketWay("v5", "close frame, then lost", (stream) => {
      stream.bytes.write(CLOSE_FRAME, () => stream.tcp.resetAndDestroy());
    }),
    ...Object.entries(DROPS).map(([name, drop]) => webSocketWay("v5", name, drop)),
    webSocketWay("v4", "close frame", closeInOrder),
    webSocketWay("v4", "FIN", DROPS.FIN!),
    spdyWay("GOAWAY, then FIN", (_stream, peer) => peer.close()),
    ...Object.entries(DROPS).map(([name, drop]) => spdyWay(name, drop)),
  ];
}

function closeInOrder({ bytes }: RawStream): void {
  bytes.write(CLOSE_FRAME);
  bytes.resume();
}

function webSocketWay(version: "v5" | "v4", how: string, leave: (stream: RawStream) => void): Way {
  return {
    name: `WebSocket ${version}: ${how}`,
    missing: null,
    // The kubelets before 1.30 have no v5.
    direct: (mode) => version === "v4" || mode !== "legacy",
    takes: () => true,
    async start(place, load, run) {
      const stream = await openRawStream(place.target, "GET", pathOf(place, load, run), {
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": randomBytes(16).toString("base64"),
        "sec-websocket-protocol": `${version}.channel.k8s.io`,
      });
      await untilRuns(stream.bytes);
      return () => leave(stream);
    },
  };
}

function spdyWay(how: string, leave: (stream: RawStream, peer: SpdyPeer) => void): Way {
  return {
    name: `SPDY: ${how}`,
    missing: null,
    direct: () => true,
    takes: () => true,
    async start(place, load, run) {
      const stream = await openRawStream(place.target, "POST", pathOf(place, load, run), {
        upgrade: "SPDY/3.1",
        "content-length": "0",
        "x-stream-protocol-version": "v4.channel.k8s.io",
      });
      const peer = new SpdyPeer(stream.bytes);
      stream.bytes.resume();
      const types = [
        "error",
        ...(load.stdin ? ["stdin"] : []),
        "stdout",
        ...(load.tty ? ["resize"] : ["stderr"]),
      ];
      const streams = types.map((streamtype) => ({
        streamtype,
        stream: peer.openUnanswered({ streamtype }),
      }));
      const stdout = streams.find(({ streamtype }) => streamtype === "stdout")!.stream;
      await stdout.until("its output", () => RUNS.test(stdout.text()));
      return () => leave(stream, peer);
    },
  };
}

function pathOf({ target }: Place, load: Workload, run: MarkedRun): string {
  const { subresource, stdin, tty } = load;
  const command = subresource === "exec" ? { command: run.command } : {};
  return target.streamPath(subresource, PLACE, {
    ...command,
    container: PLACE.container,
    stdin,
    stdout: true,
    stderr: !tty,
    tty,
  });
}

/** A server's frames are not masked: their text is to be read as it is. */
function untilRuns(bytes: Duplex): Promise<void> {
  let seen = "";
  const runs = new Promise<void>((resolve, reject) => {
    bytes.resume().on("data", (piece: Buffer) => {
      seen += piece.toString("latin1");
      if (RUNS.test(seen)) resolve();
    });
    bytes.once("close", () => reject(new Error(`the stream ended: ${seen}`)));
  });
  return limited(runs, "the output of a command");
}
