import { once } from "node:events";
import { PassThrough, pipeline } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { until } from "#server/testing/loopback.ts";
import { closeSpdyPairs, readAll, spdyPair } from "#server/testing/spdy-pair.ts";
import type { SpdyStreamError } from "./errors.ts";
import type { SpdyStream } from "./stream.ts";

afterEach(closeSpdyPairs);

/** A connection with one accepted stream, both ends of it. */
async function openStream() {
  const accepted: SpdyStream[] = [];
  const pair = await spdyPair({
    server: {
      onStream: (stream) => {
        stream.reply();
        accepted.push(stream);
      },
    },
  });
  const open = async () => {
    const ours = pair.client.createStream({ name: `stream ${accepted.length}` });
    await ours.replied;
    return { ours, theirs: accepted.at(-1)! };
  };
  return { ...pair, ...(await open()), open };
}

describe("half-close", () => {
  it("ends one direction and leaves the other open", async () => {
    const { ours, theirs, client, server } = await openStream();
    ours.end("question");
    expect(String(await readAll(theirs))).toBe("question");
    expect([client.streamCount, server.streamCount]).toEqual([1, 1]);
    theirs.write("long ");
    theirs.end("answer");
    expect(String(await readAll(ours))).toBe("long answer");
    await until("both to forget it", () => client.streamCount + server.streamCount === 0);
    await until("both to be closed", () => ours.closed && theirs.closed);
    expect([ours.errored, theirs.errored]).toEqual([null, null]);
  });

  it("works in a pipeline both ways, with nothing lost", async () => {
    const { ours, theirs } = await openStream();
    pipeline(theirs, theirs, () => {});
    const source = new PassThrough();
    source.pipe(ours);
    const echoed = readAll(ours);
    for (let index = 0; index < 1000; index++) source.write(`line ${index}\n`);
    source.end();
    expect(String(await echoed).split("\n")).toHaveLength(1001);
  });
});

describe("the peer's reset", () => {
  it("gives the reader what came before and the end, and swallows what is written after", async () => {
    const { ours, theirs } = await openStream();
    const status = once(ours, "reset");
    theirs.write("before");
    // Not the reset at once: it drops what waits to be written on the resetting side.
    await until("the bytes to leave", () => theirs.writableLength === 0);
    theirs.reset(6);
    expect(await status).toEqual([6]);
    expect(ours.resetStatus).toBe(6);
    await new Promise<void>((resolve, reject) =>
      ours.write("x", (error) => (error ? reject(error) : resolve())),
    );
    expect(String(await readAll(ours))).toBe("before");
    ours.end();
    await until("the stream to close", () => ours.closed);
    expect(ours.errored).toBeNull();
  });

  it("touches no other stream", async () => {
    const { theirs, open, client } = await openStream();
    const other = await open();
    theirs.reset();
    other.ours.end("still here");
    expect(String(await readAll(other.theirs))).toBe("still here");
    await until("only the other to be left", () => client.streamCount === 1);
  });

  it("lets a write that waits for the connection go on", async () => {
    const { ours, theirs, far } = await openStream();
    far.pause();
    const written = new Promise<unknown>((resolve) => ours.write(Buffer.alloc(32 * 1024 * 1024), resolve));
    theirs.reset();
    expect(await written).toBeFalsy();
  });
});

describe("our own end", () => {
  it("reset() sends the status and closes without an error", async () => {
    const { ours, theirs } = await openStream();
    ours.reset(2);
    expect(ours.destroyed).toBe(true);
    expect(await readAll(theirs)).toHaveLength(0);
    expect(theirs.resetStatus).toBe(2);
    expect(ours.errored).toBeNull();
    expect(ours.resetStatus).toBeNull();
  });

  it("destroy() is a reset with CANCEL", async () => {
    const { ours, theirs } = await openStream();
    ours.destroy(new Error("enough"));
    await once(theirs, "reset");
    expect(theirs.resetStatus).toBe(5);
  });

  it("fails a write that was not through", async () => {
    const { ours, far } = await openStream();
    far.pause();
    const written = new Promise<unknown>((resolve) => ours.write(Buffer.alloc(32 * 1024 * 1024), resolve));
    ours.destroy();
    expect(((await written) as SpdyStreamError).code).toBe("CANCELED");
  });

  it("sends nothing more for a stream that both sides have ended", async () => {
    const { ours, theirs, client, server } = await openStream();
    ours.end();
    theirs.end();
    await Promise.all([readAll(ours), readAll(theirs)]);
    await until("both to forget it", () => client.streamCount + server.streamCount === 0);
    ours.reset();
    ours.destroy();
    await client.ping();
    expect(theirs.resetStatus).toBeNull();
  });
});

describe("a lost connection", () => {
  it("fails a stream that has nothing left to read, at once", async () => {
    const { ours, theirs, near } = await openStream();
    near.destroy();
    await until("both streams to fail", () => ours.destroyed && theirs.destroyed);
    expect([ours.errored, theirs.errored]).toEqual([
      expect.objectContaining({ code: "LOST" }),
      expect.objectContaining({ code: "LOST" }),
    ]);
  });

  it("fails a stream only after its reader had what came before", async () => {
    const { ours, theirs, client, far } = await openStream();
    const sent = Buffer.alloc(200 * 1024, "x");
    theirs.write(sent);
    await until("the bytes to leave", () => theirs.writableLength === 0);
    far.end();
    await until("the end to be seen", () => client.ended);
    expect(ours.destroyed).toBe(false);
    const pieces: Buffer[] = [];
    ours.on("data", (piece) => pieces.push(piece));
    const [error] = await once(ours, "error");
    expect(error).toMatchObject({ code: "LOST" });
    expect(Buffer.concat(pieces).equals(sent)).toBe(true);
  });

  it("gives a reader that asks piece by piece the last one too", async () => {
    const { ours, theirs, client, far } = await openStream();
    theirs.write("first");
    await once(ours, "readable");
    theirs.write("second");
    await until("the bytes to leave", () => theirs.writableLength === 0);
    far.end();
    await until("the end to be seen", () => client.ended);
    const pieces: string[] = [];
    const reading = (async () => {
      for await (const piece of ours) pieces.push(String(piece));
    })();
    await expect(reading).rejects.toMatchObject({ code: "LOST" });
    expect(pieces.join("")).toBe("firstsecond");
  });

  it("still gives the end to a stream whose FIN had come", async () => {
    const { ours, theirs, client, far } = await openStream();
    theirs.end("all of it");
    await until("the end to leave", () => theirs.writableFinished);
    far.end();
    await until("the end to be seen", () => client.ended);
    expect(String(await readAll(ours))).toBe("all of it");
    await until("the writing half to fail", () => ours.destroyed);
    expect(ours.errored).toMatchObject({ code: "LOST" });
  });
});
