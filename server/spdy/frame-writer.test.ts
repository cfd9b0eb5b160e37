import { Duplex } from "node:stream";
import { describe, expect, it } from "vitest";
import { FrameWriter } from "./frame-writer.ts";
import { MAX_UNSENT_CONTROLS } from "./frames/constants.ts";
import { encodePing } from "./frames/encode.ts";

/** A byte stream that shows each batch it is given and lets the test decide when it has left. */
class Bytes extends Duplex {
  readonly batches: string[] = [];
  #left: (() => void) | null = null;

  constructor() {
    super({ writableHighWaterMark: 100 });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this._writev([{ chunk, encoding: "binary" }], callback);
  }

  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], callback: () => void): void {
    this.batches.push(Buffer.concat(chunks.map(({ chunk }) => chunk)).toString("hex"));
    this.#left = callback;
  }

  /** What was given last has left; resolves when everyone knows. */
  async leave(): Promise<void> {
    this.#left?.();
    await turn();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function writer() {
  const bytes = new Bytes();
  const events = { drains: 0, floods: 0 };
  const subject = new FrameWriter(bytes, {
    onDrain: () => events.drains++,
    onFlood: () => events.floods++,
  });
  return { bytes, events, subject };
}

const PAYLOAD = Buffer.alloc(200, 1);

describe("FrameWriter", () => {
  it("sends header, payload and other frames of one turn in one batch", async () => {
    const { bytes, subject } = writer();
    subject.data(1, Buffer.from("c0ffee", "hex"), false);
    subject.control(encodePing(1));
    subject.data(3, Buffer.alloc(0), true);
    await turn();
    expect(bytes.batches).toEqual([
      "0000000100000003c0ffee" + "800300060000000400000001" + "0000000301000000",
    ]);
  });

  it("says when the bytes below are full, and calls back in order once they are not", async () => {
    const { bytes, subject } = writer();
    const calls: string[] = [];
    subject.data(1, PAYLOAD, false);
    expect(subject.blocked).toBe(true);
    for (const name of ["first", "second", "third"]) subject.whenDrained(() => calls.push(name));
    await turn();
    expect(calls).toEqual([]);
    await bytes.leave();
    expect(calls).toEqual(["first", "second", "third"]);
    expect(subject.blocked).toBe(false);
  });

  it("lets streams take turns: who fills the bytes again ends the round", async () => {
    const { bytes, subject } = writer();
    const turns: number[] = [];
    const send = (id: number) => {
      turns.push(id);
      subject.data(id, PAYLOAD, false);
      subject.whenDrained(() => send(id));
    };
    subject.data(9, PAYLOAD, false);
    for (const id of [1, 3, 5]) subject.whenDrained(() => send(id));
    await turn();
    for (let index = 0; index < 6; index++) await bytes.leave();
    expect(turns).toEqual([1, 3, 5, 1, 3, 5]);
  });

  it("does not let control frames wait, nor a forgotten stream be called", async () => {
    const { bytes, subject } = writer();
    let called = false;
    const callback = () => {
      called = true;
    };
    subject.data(1, PAYLOAD, false);
    subject.whenDrained(callback);
    subject.forget(callback);
    await turn();
    subject.control(encodePing(1));
    expect(subject.blocked).toBe(true);
    await bytes.leave();
    expect(bytes.batches.at(-1)).toBe("800300060000000400000001");
    await bytes.leave();
    expect(called).toBe(false);
    expect(subject.blocked).toBe(false);
  });

  it("reports a peer that provokes answers and reads none", () => {
    const { events, subject } = writer();
    const ping = encodePing(1);
    for (let frames = 0; frames < MAX_UNSENT_CONTROLS; frames += 1) subject.control(ping);
    expect(events.floods).toBe(0);
    subject.control(ping);
    expect(events.floods).toBe(1);
  });

  it("writes nothing after stop()", async () => {
    const { bytes, subject } = writer();
    subject.stop();
    subject.control(encodePing(1));
    subject.data(1, PAYLOAD, true);
    await turn();
    expect(bytes.batches).toEqual([]);
    expect(bytes.listenerCount("drain")).toBe(0);
  });
});
