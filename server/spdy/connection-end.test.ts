import { Duplex } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { until } from "#server/testing/loopback.ts";
import { closeSpdyPairs, readAll, spdyPair, withRawPeer } from "#server/testing/spdy-pair.ts";
import { SpdyConnection } from "./connection.ts";
import type { SpdyConnectionError } from "./errors.ts";
import type { SpdyStream } from "./stream.ts";

afterEach(closeSpdyPairs);

const GOAWAY = "80030007000000080000000000000000";

type Ends = (SpdyConnectionError | null)[];

async function pairWithEnds() {
  const ends = { client: [] as Ends, server: [] as Ends };
  const accepted: SpdyStream[] = [];
  const pair = await spdyPair({
    client: { onEnd: (error) => ends.client.push(error) },
    server: {
      onEnd: (error) => ends.server.push(error),
      onStream: (stream) => {
        stream.reply();
        accepted.push(stream);
      },
    },
  });
  return { ...pair, ends, accepted };
}

describe("close", () => {
  it("resets open streams, says GOAWAY last, and ends both sides without an error", async () => {
    const { client, server, ends, accepted } = await pairWithEnds();
    const stream = client.createStream({});
    await stream.replied;
    const closed = client.close();
    expect(client.close()).toBe(closed);
    await closed;
    expect(stream.errored).toMatchObject({ code: "CLOSED" });
    await until("the server's end", () => server.ended);
    expect(accepted[0]!.resetStatus).toBe(5);
    expect(ends).toEqual({ client: [null], server: [null] });
  });

  it("has the exact bytes of kubectl's close", async () => {
    const { connection, peer } = await withRawPeer({ role: "client" });
    connection.createStream({});
    const closed = connection.close();
    peer.socket.end();
    await closed;
    await until("the bytes", () => peer.received.endsWith(`80030003000000080000000100000005${GOAWAY}`));
    await until("the end", () => peer.ended);
  });

  it("hangs up behind what was written, without a reset or GOAWAY", async () => {
    const { client, server, ends, accepted } = await pairWithEnds();
    const stream = client.createStream({});
    await stream.replied;
    stream.on("error", () => {});
    const received: Buffer[] = [];
    accepted[0]!.on("data", (piece: Buffer) => received.push(piece)).on("error", () => {});
    stream.write("typed");
    await client.hangUp();
    await until("the server's end", () => server.ended);
    expect(String(Buffer.concat(received))).toBe("typed");
    expect([stream.destroyed, accepted[0]!.resetStatus]).toEqual([true, null]);
    // With GOAWAY there would be no error.
    expect(ends).toEqual({ client: [null], server: [expect.objectContaining({ code: "LOST" })] });
  });

  it("names the last stream it took, as a server", async () => {
    const { connection, peer } = await withRawPeer({ role: "server", onStream: (stream) => stream.reply() });
    peer.send("800300010000001a0000000900000000000078f9e3c6a7c2" + "6260606000000000ffff");
    await until("the stream", () => connection.streamCount === 1);
    const closed = connection.close();
    peer.socket.end();
    await closed;
    expect(peer.received.endsWith("80030007000000080000000900000000")).toBe(true);
  });

  it("does not wait for ever for a peer that neither reads nor closes", async () => {
    const ends: Ends = [];
    const deaf = new Duplex({ read() {}, write() {} });
    const connection = new SpdyConnection(deaf, { role: "client", onEnd: (error) => ends.push(error) });
    connection.createStream({});
    await connection.close();
    expect([ends, deaf.destroyed]).toEqual([[null], true]);
  });

  it("lets what a finished stream wrote arrive first", async () => {
    const { client, server, accepted } = await pairWithEnds();
    const stream = client.createStream({});
    await stream.replied;
    const received = readAll(stream);
    accepted[0]!.end(Buffer.alloc(5_000_000, "x"));
    await until("the FIN to be written", () => accepted[0]!.writableFinished);
    await server.close();
    expect(await received).toHaveLength(5_000_000);
  });

  it("does not fail when the bytes fail meanwhile", async () => {
    const { client, ends, far } = await pairWithEnds();
    const closed = client.close();
    far.resetAndDestroy();
    await closed;
    expect(ends.client).toEqual([null]);
  });
});

describe("destroy", () => {
  it("drops streams and bytes at once, with the given reason", async () => {
    const { client, ends, near } = await pairWithEnds();
    const stream = client.createStream({});
    client.destroy(new Error("the session was revoked"));
    expect([client.ended, near.destroyed, stream.destroyed]).toEqual([true, true, true]);
    expect(ends.client[0]).toMatchObject({ code: "CLOSED", message: "the session was revoked" });
    client.destroy();
    await client.close();
    expect(ends.client).toHaveLength(1);
  });

  it("refuses streams and pings from then on", async () => {
    const { client } = await pairWithEnds();
    client.destroy();
    expect(() => client.createStream({})).toThrow(expect.objectContaining({ code: "CLOSED" }));
    await expect(client.ping()).rejects.toMatchObject({ code: "CLOSED" });
  });
});

describe("the peer's GOAWAY", () => {
  it("lets open streams finish, opens no more, and then closes", async () => {
    const ends: Ends = [];
    const { connection, peer } = await withRawPeer({ role: "client", onEnd: (error) => ends.push(error) });
    peer.socket.on("end", () => peer.socket.end());
    const stream = connection.createStream({});
    peer.send(`8003000200000014${"00000001"}78f9e3c6a7c26260606000000000ffff${GOAWAY}`);
    await stream.replied;
    await until("the GOAWAY to be read", () => {
      try {
        connection.createStream({}).destroy();
      } catch (error) {
        return (error as SpdyConnectionError).code === "GOAWAY";
      }
      return false;
    });
    peer.send("0000000101000003" + "627965");
    expect(String(await readAll(stream))).toBe("bye");
    expect(ends).toEqual([]);
    stream.end();
    await until("the end", () => ends.length === 1);
    expect(ends).toEqual([null]);
    expect(peer.received.endsWith(`0000000101000000${GOAWAY}`)).toBe(true);
  });

  it("makes the end of the bytes a plain end, though streams are cut by it", async () => {
    const ends: Ends = [];
    const { connection, peer } = await withRawPeer({ role: "client", onEnd: (error) => ends.push(error) });
    const stream = connection.createStream({});
    peer.send(GOAWAY);
    peer.socket.end();
    await until("the end", () => ends.length === 1);
    expect(ends).toEqual([null]);
    await expect(stream.replied).rejects.toMatchObject({ code: "LOST", cause: { code: "GOAWAY" } });
    expect(stream.errored).toMatchObject({ code: "GOAWAY" });
  });
});

describe("loss", () => {
  it("is told with where it happened", async () => {
    const ends: Ends = [];
    const { peer } = await withRawPeer({ role: "server", onEnd: (error) => ends.push(error) });
    peer.send("80030001000000");
    peer.socket.end();
    await until("the end", () => ends.length === 1);
    expect(ends[0]).toMatchObject({ code: "LOST", message: expect.stringContaining("middle of a frame") });
  });

  it("comes after everything that was held back for a slow reader", async () => {
    const streams: SpdyStream[] = [];
    const { connection, peer } = await withRawPeer({
      role: "server",
      onStream: (stream) => streams.push(stream),
    });
    peer.send("800300010000001a0000000100000000000078f9e3c6a7c26260606000000000ffff");
    await until("the stream", () => streams.length === 1);
    // One chunk, of which small frames fill the stream's buffer long before its end.
    const frames = 7000;
    peer.send("000000010000000161".repeat(frames));
    await until("the stall", () => connection.stalled);
    peer.socket.end();
    await until("the end", () => connection.ended);
    let received = 0;
    streams[0]!.on("data", (piece: Buffer) => {
      received += piece.length;
    });
    await until("the loss", () => streams[0]!.destroyed);
    expect([received, streams[0]!.errored]).toEqual([frames, expect.objectContaining({ code: "LOST" })]);
  });

  it("keeps the error of the bytes as its cause", () => {
    const ends: Ends = [];
    const bytes = new Duplex({ read() {}, write() {} });
    new SpdyConnection(bytes, { role: "client", onEnd: (error) => ends.push(error) });
    const cause = new Error("ECONNRESET");
    bytes.emit("error", cause);
    expect(ends[0]).toMatchObject({ code: "LOST", cause });
  });

  it("is also told when the bytes were over before the connection began", async () => {
    const ends: Ends = [];
    const { near } = await spdyPair();
    near.destroy();
    await until("the socket to be closed", () => near.closed);
    new SpdyConnection(near, { role: "client", onEnd: (error) => ends.push(error) });
    expect(ends).toEqual([]);
    await until("the end", () => ends.length === 1);
    expect(ends[0]?.code).toBe("LOST");
  });
});

describe("pings", () => {
  it("measure the round trip in both roles", async () => {
    const { client, server } = await pairWithEnds();
    expect(client.rttMs).toBeNull();
    const [ours, theirs] = await Promise.all([client.ping(), server.ping()]);
    expect([client.rttMs, server.rttMs]).toEqual([ours, theirs]);
    expect(ours).toBeLessThan(5000);
  });

  it("go out by themselves", async () => {
    const { client } = await spdyPair({ client: { pingPeriodMs: 5 } });
    await until("a round trip", () => client.rttMs !== null);
  });

  it("end the connection when nothing comes back", async () => {
    const ends: Ends = [];
    const { connection, peer } = await withRawPeer({
      role: "client",
      pingTimeoutMs: 20,
      onEnd: (error) => ends.push(error),
    });
    const stream = connection.createStream({});
    await expect(connection.ping()).rejects.toMatchObject({ code: "PING_TIMEOUT" });
    expect(ends.map((error) => error?.code)).toEqual(["PING_TIMEOUT"]);
    await until("the bytes to be dropped", () => peer.ended && stream.destroyed);
  });
});
