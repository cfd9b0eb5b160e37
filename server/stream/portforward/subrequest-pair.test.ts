import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SpdyConnection } from "#server/spdy/connection.ts";
import type { SpdyStream } from "#server/spdy/stream.ts";
import { until } from "#server/testing/loopback.ts";
import { closeSpdyPairs, readAll, spdyPair } from "#server/testing/spdy-pair.ts";
import { SubrequestPair } from "./subrequest-pair.ts";

describe("SubrequestPair", () => {
  let client: SpdyConnection;
  /** The pod's ends, in the order they came. */
  let streams: SpdyStream[];
  /** Whether the pod's side accepts streams by itself. */
  let accepts: boolean;

  beforeEach(async () => {
    streams = [];
    accepts = true;
    const onStream = (stream: SpdyStream) => {
      streams.push(stream);
      stream.resume();
      if (accepts) stream.reply();
    };
    ({ client } = await spdyPair({ server: { onStream } }));
  });

  afterEach(() => closeSpdyPairs());

  async function opened(onText?: (text: Buffer) => void) {
    const pair = new SubrequestPair(client, 8080, 7, onText);
    const data = await pair.open();
    await until("both streams", () => streams.length === 2);
    const [podError, podData] = streams as [SpdyStream, SpdyStream];
    return { pair, data, podError, podData };
  }

  it("creates the error stream first and ends it, then the data stream, with one port and request id", async () => {
    const { podError, podData } = await opened();
    expect(streams.map((stream) => ({ ...stream.headers }))).toEqual([
      { streamtype: "error", port: "8080", requestid: "7" },
      { streamtype: "data", port: "8080", requestid: "7" },
    ]);
    await until("the end of the client's half", () => podError.readableEnded);
    expect(podData.readableEnded).toBe(false);
  });

  it("does not create the data stream before the error stream is accepted, unless it must", async () => {
    accepts = false;
    const opening = new SubrequestPair(client, 80, 0).open();
    await until("the error stream", () => streams.length === 1);
    await client.ping();
    expect(streams).toHaveLength(1);
    new SubrequestPair(client, 80, 1).openData();
    await until("the pair that does not wait", () => streams.length === 3);
    streams[0]?.reply();
    await until("the data stream of the first", () => streams.length === 4);
    streams[3]?.reply();
    await opening;
  });

  it("fails when a stream is refused, and leaves nothing behind", async () => {
    accepts = false;
    const pair = new SubrequestPair(client, 80, 0);
    const opening = expect(pair.open()).rejects.toMatchObject({ code: "RESET" });
    await until("the error stream", () => streams.length === 1);
    streams[0]?.reply();
    await until("the data stream", () => streams.length === 2);
    streams[1]?.reset();
    await opening;
    pair.reset();
    await until("no stream left", () => client.streamCount === 0);
  });

  it("ends in order when the pod's side ends both streams", async () => {
    const { pair, data, podError, podData } = await opened();
    const read = readAll(data);
    let over = false;
    pair.onOver(() => {
      over = true;
    });
    podData.end("bytes");
    expect(String(await read)).toBe("bytes");
    await client.ping();
    expect(over).toBe(false);
    podError.end();
    await until("the end of both", () => over);
    expect(pair.outcome).toBe("ended");
    expect(client.streamCount).toBe(0);
  });

  it("fails with the pod's words, whatever became of the data", async () => {
    const seen: string[] = [];
    const { pair, podError, podData } = await opened((text) => seen.push(String(text)));
    podError.end("connection refused");
    podData.reset();
    expect(await pair.errorText.ended).toBe("connection refused");
    expect(pair.outcome).toBe("failed");
    expect(seen).toEqual(["connection refused"]);
  });

  it("is cut when the data stream is reset before its end and without a word", async () => {
    const { pair, data, podError, podData } = await opened();
    data.resume();
    podData.reset();
    await once(data, "reset");
    podError.end();
    await pair.errorText.ended;
    expect(pair.outcome).toBe("cut");
  });

  it("keeps the head of a text that does not end", async () => {
    let seen = 0;
    const { pair, podError } = await opened((text) => {
      seen += text.byteLength;
    });
    podError.end(Buffer.alloc(100_000, "x"));
    expect(await pair.errorText.ended).toHaveLength(16 * 1024);
    expect(seen).toBe(16 * 1024);
  });
});
