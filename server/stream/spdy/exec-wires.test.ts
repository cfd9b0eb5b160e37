/** The same promises of every wire: WebSocket v5, and SPDY v4 down to v1, each dialled and accepted over real sockets. */
import { createHash, randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Channel } from "#protocol/channel.ts";
import { encodeResize } from "#protocol/resize.ts";
import { endingOf } from "#protocol/status.ts";
import { encodeText } from "#protocol/text.ts";
import { ApiContext } from "#server/kube/api/api-context.ts";
import type { Cluster } from "#server/kube/types.ts";
import { record } from "#server/testing/channel-pair.ts";
import { type EchoLog, runEcho } from "#server/testing/exec-echo.ts";
import { type Loopback, listenOnLoopback, until } from "#server/testing/loopback.ts";
import { execDownstream } from "../accept/downstream.ts";
import { SpdyDialer } from "../dial/spdy-dialer.ts";
import { WebSocketDialer } from "../dial/websocket-dialer.ts";
import type { ChannelSocket, ExecTarget } from "../types.ts";

const TARGET: ExecTarget = {
  namespace: "default",
  pod: "shell",
  subresource: "exec",
  command: ["cat"],
  stdin: true,
  stdout: true,
  stderr: false,
  tty: true,
};

let loopback: Loopback;
let served: { socket: ChannelSocket; log: EchoLog }[];
let target: ExecTarget;

beforeEach(async () => {
  served = [];
  target = TARGET;
  loopback = await listenOnLoopback({
    async upgrade(request, socket, head) {
      const channels = await execDownstream(request, target).accept(socket, head);
      served.push({ socket: channels, log: runEcho(channels) });
    },
  });
});

afterEach(() => loopback.close());

function cluster(): Cluster {
  return new ApiContext({ name: "test", server: loopback.origin }).as(null);
}

const WIRES = [
  ["WebSocket v5", WebSocketDialer, "v5.channel.k8s.io"],
  ["SPDY v4", SpdyDialer, "v4.channel.k8s.io"],
] as const;

const type = (socket: ChannelSocket, text: string | Uint8Array) =>
  socket.send(Channel.Stdin, typeof text === "string" ? encodeText(text) : text);
const closeStdin = (socket: ChannelSocket) => socket.send(Channel.Close, Uint8Array.of(Channel.Stdin));

describe.each(WIRES)("exec over %s", (_name, Dialer, subprotocol) => {
  async function open(changes: Partial<ExecTarget> = {}) {
    target = { ...TARGET, ...changes };
    const { socket, handshakeMs } = await new Dialer(cluster()).dialExec(target);
    expect(handshakeMs).toBeGreaterThan(0);
    const seen = record(socket);
    await until("the server's side", () => served.length > 0);
    return { socket, seen, log: served.at(-1)!.log, ending: () => endingOf(seen.on(Channel.Error)) };
  }

  it("says which subprotocol it is", async () => {
    const { socket } = await open();
    expect(socket.subprotocol).toBe(subprotocol);
    socket.terminate();
  });

  it("carries input and output byte for byte, and sizes with a tty", async () => {
    const { socket, seen, log } = await open();
    socket.send(Channel.Resize, encodeResize({ width: 101, height: 37 }));
    type(socket, Uint8Array.of(0, 255, 0xe2, 0x82));
    await until("the echo", () => seen.on(Channel.Stdout).byteLength === 4);
    expect([...seen.on(Channel.Stdout)]).toEqual([0, 255, 0xe2, 0x82]);
    expect(log.resizes.join("")).toBe('{"Width":101,"Height":37}\n');
    socket.terminate();
    await until("the server to notice", () => log.ended);
  });

  it("keeps stderr apart without a tty", async () => {
    const { socket, seen } = await open({ tty: false, stderr: true });
    type(socket, "oops");
    await until("stderr", () => seen.on(Channel.Stderr).byteLength > 0);
    expect(seen.on(Channel.Stderr).toString()).toBe("oops on stderr");
    expect(seen.on(Channel.Stdout).byteLength).toBe(0);
    socket.terminate();
  });

  it("half-closes stdin and still hears the exit", async () => {
    const { socket, seen, log, ending } = await open({ tty: false });
    type(socket, "last line");
    closeStdin(socket);
    await until("the end", () => seen.end !== null);
    expect(log.stdinClosed).toBe(true);
    expect(seen.on(Channel.Stdout).toString()).toBe("last line");
    expect(ending()).toEqual({ kind: "exited", code: 0 });
    expect(seen.end?.code).toBe(1000);
  });

  it.each([0, 1, 137])("tells exit code %i", async (code) => {
    const { socket, seen, ending } = await open();
    type(socket, `exit ${code}`);
    await until("the end", () => seen.end !== null);
    expect(ending()).toEqual({ kind: "exited", code });
  });

  it("never takes a death without a status for success", async () => {
    const { socket, seen, ending } = await open();
    type(socket, "vanish");
    await until("the end", () => seen.end !== null);
    expect(ending().kind).toBe("unknown");
    expect(seen.end?.code).not.toBe(1000);
  });

  it("leaves without a word: behind a close frame or a GOAWAY the command would go on", async () => {
    const { socket, log } = await open();
    socket.close({ cause: "client-left", words: "the client left" });
    await until("the end", () => log.ended);
    expect(log.endCode).toBe(1006);
  });

  it("carries 16 MiB up and back at once with backpressure, and the hash is the same", async () => {
    const { socket, seen } = await open({ tty: false });
    const sent = randomBytes(16 * 1024 * 1024);
    const hash = createHash("sha256");
    for (let offset = 0; offset < sent.byteLength; offset += 32 * 1024) {
      if (type(socket, sent.subarray(offset, offset + 32 * 1024))) continue;
      const drains = seen.drains;
      await until("the drain", () => seen.drains > drains);
    }
    closeStdin(socket);
    await until("the end", () => seen.end !== null, 20_000);
    for (const frame of seen.frames) if (frame[0] === Channel.Stdout) hash.update(frame.subarray(1));
    expect(hash.digest("hex")).toBe(createHash("sha256").update(sent).digest("hex"));
  });

  it("stops the server while this side does not read, and loses nothing", async () => {
    const { socket, seen } = await open({ tty: false });
    socket.pause();
    const server = served.at(-1)!.socket;
    const piece = Buffer.alloc(32 * 1024, 7);
    let sent = 0;
    while (sent < 2_000 && server.send(Channel.Stdout, piece)) {
      sent += 1;
      if (sent % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    sent += 1;
    expect(sent).toBeLessThan(2_000);
    socket.resume();
    await until("every byte", () => seen.on(Channel.Stdout).byteLength === sent * 32 * 1024);
    socket.terminate();
  });
});

describe("SPDY versions below v4", () => {
  it.each(["v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"])(
    "%s: plain text on the error stream becomes a Status",
    async (version) => {
      const { upgradeToSpdy } = await import("../dial/spdy-upgrade.ts");
      const { SpdyConnection } = await import("#server/spdy/connection.ts");
      const { SpdyChannelSocket } = await import("./spdy-channel-socket.ts");
      target = { ...TARGET, tty: false };
      const path = "/api/v1/namespaces/default/pods/shell/exec?command=cat&stdin=true&stdout=true";
      const upgrade = await upgradeToSpdy(cluster(), path, [version]);
      expect(upgrade.protocol).toBe(version);
      const connection = new SpdyConnection(upgrade.bytes, {
        role: "client",
        onEnd: (error) => socket.connectionEnded(error),
      });
      const streams = {
        error: connection.createStream({ streamtype: "error" }),
        stdin: connection.createStream({ streamtype: "stdin" }),
        stdout: connection.createStream({ streamtype: "stdout" }),
      };
      const socket = new SpdyChannelSocket(connection, streams, "client", version);
      const seen = record(socket);
      type(socket, "exit 3");
      await until("the end", () => seen.end !== null);
      const ending = endingOf(seen.on(Channel.Error));
      expect(ending.kind).toBe("failed");
      expect(ending).toMatchObject({
        message: expect.stringMatching(/error executing remote command: .*exit/),
      });
    },
  );
});
