import { afterEach, describe, expect, it } from "vitest";
import { until } from "#server/testing/loopback.ts";
import { closeSpdyPairs, readAll, withRawPeer } from "#server/testing/spdy-pair.ts";
import {
  GO_SERVER_CLOSE,
  GO_SERVER_PING,
  GO_SERVER_REPLIES,
  GO_SERVER_STDOUT,
} from "#server/testing/vectors/spdy.ts";
import { SpdyStreamError } from "./errors.ts";

afterEach(closeSpdyPairs);

/** Stream 1 with no headers, as the first SYN_STREAM of a connection, and what answers it. */
const FIRST_SYN = "800300010000001e0000000100000000" + "00007820e3c6a7c2000400fbff00000000000000ffff";
const FIRST_REPLY = `8003000200000014${"00000001"}78f9e3c6a7c26260606000000000ffff`;
const RESET_1_REFUSED = "80030003000000080000000100000003";

describe("opening a stream", () => {
  it("sends SYN_STREAM and resolves with SYN_REPLY", async () => {
    const { connection, peer } = await withRawPeer({ role: "client" });
    const stream = connection.createStream({});
    await until("SYN_STREAM", () => peer.received === FIRST_SYN);
    peer.send(FIRST_REPLY);
    await stream.replied;
    expect([stream.id, connection.streamCount, connection.ended]).toEqual([1, 1, false]);
  });

  it("keeps what is written until the reply: Go drops what comes earlier", async () => {
    const { connection, peer } = await withRawPeer({ role: "client" });
    const stream = connection.createStream({});
    stream.end("hi");
    const rtt = connection.ping();
    await until("the ping", () => peer.received.endsWith("800300060000000400000001"));
    expect(peer.received).toBe(`${FIRST_SYN}800300060000000400000001`);
    peer.send("800300060000000400000001");
    await rtt;
    peer.send(FIRST_REPLY);
    await until("data and FIN", () => peer.received.endsWith(`0000000100000002${"6869"}0000000101000000`));
  });

  it("is rejected by a reset, with its status, and the others live", async () => {
    const { connection, peer } = await withRawPeer({ role: "client" });
    const refused = connection.createStream({});
    const other = connection.createStream({});
    peer.send(RESET_1_REFUSED);
    await expect(refused.replied).rejects.toMatchObject({ code: "RESET", resetStatus: 3 });
    expect(refused.resetStatus).toBe(3);
    peer.send(FIRST_REPLY.replace("00000001", "00000003"));
    await other.replied;
    expect(connection.streamCount).toBe(1);
  });

  it("is rejected when no reply comes in time, and tells the peer", async () => {
    const { connection, peer } = await withRawPeer({ role: "client", replyTimeoutMs: 20 });
    const stream = connection.createStream({});
    await expect(stream.replied).rejects.toThrow(SpdyStreamError);
    await expect(stream.replied).rejects.toMatchObject({ code: "REPLY_TIMEOUT" });
    await until("the reset", () => peer.received === `${FIRST_SYN}80030003000000080000000100000005`);
    expect([stream.destroyed, connection.streamCount]).toEqual([true, 0]);
    // A late reply is for nobody, and its block still counts.
    peer.send(FIRST_REPLY);
    const next = connection.createStream({});
    peer.send("800300020000000e000000036260606000000000ffff");
    await next.replied;
  });

  it("forgets the time limit once the reply is there", async () => {
    const { connection, peer } = await withRawPeer({ role: "client", replyTimeoutMs: 20 });
    const answered = connection.createStream({});
    peer.send(FIRST_REPLY);
    await answered.replied;
    // Opened later, so its limit passes later.
    await expect(connection.createStream({}).replied).rejects.toMatchObject({ code: "REPLY_TIMEOUT" });
    expect(answered.destroyed).toBe(false);
  });

  it("is rejected when it is destroyed or the connection ends, also if nobody waits", async () => {
    const { connection } = await withRawPeer({ role: "client" });
    const destroyed = connection.createStream({});
    const ended = connection.createStream({});
    connection.createStream({});
    destroyed.destroy();
    await expect(destroyed.replied).rejects.toMatchObject({ code: "CANCELED" });
    connection.destroy();
    await expect(ended.replied).rejects.toThrow(SpdyStreamError);
  });

  it("refuses headers that SPDY forbids without using up the connection", async () => {
    const { connection, peer } = await withRawPeer({ role: "client" });
    expect(() => connection.createStream({ Host: "x" })).toThrow(SpdyStreamError);
    const stream = connection.createStream({});
    expect(stream.id).toBe(3);
    await until("the next", () => peer.received === FIRST_SYN.replace("00000001", "00000003"));
  });

  it("throws once maxStreams are open", async () => {
    const { connection } = await withRawPeer({ role: "client", maxStreams: 2 });
    const [first] = [connection.createStream({}), connection.createStream({})];
    expect(() => connection.createStream({})).toThrow(expect.objectContaining({ code: "TOO_MANY_STREAMS" }));
    first!.destroy();
    expect(connection.createStream({}).id).toBe(5);
  });
});

describe("a Go server's side of an exec", () => {
  it("is read from its recorded bytes, byte by byte", async () => {
    const ends: unknown[] = [];
    const { connection, peer } = await withRawPeer({ role: "client", onEnd: (error) => ends.push(error) });
    peer.socket.on("end", () => peer.socket.end());
    const [error, stdin, stdout, stderr] = ["error", "stdin", "stdout", "stderr"].map((streamtype) =>
      connection.createStream({ streamtype }),
    );
    const rtt = connection.ping();
    const output = Promise.all([readAll(stdout!), readAll(stderr!)]);
    const bytes = [...GO_SERVER_REPLIES, GO_SERVER_PING, ...GO_SERVER_STDOUT, ...GO_SERVER_CLOSE].join("");
    for (let offset = 0; offset < bytes.length; offset += 2) peer.send(bytes.slice(offset, offset + 2));
    await Promise.all([error, stdin, stdout, stderr].map((stream) => stream!.replied));
    expect(await rtt).toBeGreaterThanOrEqual(0);
    expect((await output).map(String)).toEqual(["hello go\n", ""]);
    expect([error, stdin, stdout, stderr].map((stream) => stream!.resetStatus)).toEqual([5, 5, 5, 5]);
    // GOAWAY with no stream left: both sides are done.
    await until("the end", () => ends.length === 1);
    expect(ends).toEqual([null]);
  });
});

describe("what a server may send and need not", () => {
  it("DATA before SYN_REPLY is delivered", async () => {
    const { connection, peer } = await withRawPeer({ role: "client" });
    const stream = connection.createStream({});
    peer.send("0000000101000002" + "6869");
    expect(String(await readAll(stream))).toBe("hi");
  });

  it("DATA, resets and replies for streams that do not exist are ignored", async () => {
    const { connection, peer } = await withRawPeer({ role: "client" });
    peer.send("0000006300000002" + "6869" + "80030003000000080000006300000005");
    peer.send(FIRST_REPLY.replace("00000001", "00000063"));
    const rtt = connection.ping();
    peer.send("800300060000000400000001");
    await rtt;
  });

  it("streams of its own are refused, and their headers inflated all the same", async () => {
    const { connection, peer } = await withRawPeer({ role: "client" });
    peer.send("800300010000001a000000020000000000007820e3c6a7c2" + "6260606000000000ffff");
    await until("the refusal", () => peer.received === "80030003000000080000000200000003");
    const stream = connection.createStream({});
    peer.send("800300020000000e000000016260606000000000ffff");
    await stream.replied;
  });

  it("FIN with the reply ends reading, and HEADERS with FIN as well", async () => {
    const { connection, peer } = await withRawPeer({ role: "client" });
    const first = connection.createStream({});
    const second = connection.createStream({});
    peer.send(FIRST_REPLY.replace("00000014", "01000014"));
    peer.send("800300080100000e000000036260606000000000ffff");
    expect(await readAll(first)).toHaveLength(0);
    expect(await readAll(second)).toHaveLength(0);
    expect(connection.streamCount).toBe(2);
  });

  it("SETTINGS and WINDOW_UPDATE change nothing, and no window is ever kept", async () => {
    const { connection, peer } = await withRawPeer({ role: "client" });
    const stream = connection.createStream({});
    await until("SYN_STREAM", () => peer.received === FIRST_SYN);
    peer.send("80030004000000140000000200000004000000010000000700000000");
    peer.send(`8003000900000008${"00000001"}00000001`);
    peer.send(FIRST_REPLY);
    await stream.replied;
    const before = peer.received.length / 2;
    const payload = Buffer.alloc(1024 * 1024, 1);
    await new Promise<void>((resolve, reject) =>
      stream.write(payload, (error) => (error ? reject(error) : resolve())),
    );
    const frames = payload.length / (64 * 1024);
    await until("all of it", () => peer.received.length / 2 - before === payload.length + frames * 8);
  });
});
