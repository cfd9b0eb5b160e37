import { describe, expect, it } from "vitest";
import * as vectors from "#server/testing/vectors/spdy.ts";
import { SpdyConnectionError } from "../errors.ts";
import { MAX_CONTROL_FRAME_BYTES } from "./constants.ts";
import type { ControlFrame } from "./control-frame.ts";
import { FrameDecoder } from "./decode.ts";

/** Joins the pieces of each DATA frame, so that the result does not depend on how the bytes were cut. */
class Recorder {
  readonly frames: string[] = [];
  readonly decoder = new FrameDecoder(this);
  #data = "";

  data(streamId: number, piece: Buffer, fin: boolean): void {
    this.#data += piece.toString("hex");
    this.frames.push(`DATA ${streamId} ${piece.toString("hex")}${fin ? " FIN" : ""}`);
  }

  control(frame: ControlFrame): void {
    const fields = Object.entries(frame).map(([name, value]) => {
      return `${name}=${Buffer.isBuffer(value) ? value.toString("hex") : value}`;
    });
    this.frames.push(fields.join(" "));
  }

  /** All DATA bytes in order. */
  get bytes(): string {
    return this.#data;
  }

  get controls(): string[] {
    return this.frames.filter((frame) => !frame.startsWith("DATA"));
  }
}

function decode(...chunks: (string | Buffer)[]): Recorder {
  const recorder = new Recorder();
  for (const chunk of chunks) {
    recorder.decoder.push(typeof chunk === "string" ? Buffer.from(chunk.replaceAll(" ", ""), "hex") : chunk);
  }
  return recorder;
}

const FRAMES: [string, string, string][] = [
  [
    "SYN_STREAM",
    "80030001 0100000d 80000003 00000000 e0 07 c0ffee",
    "type=1 streamId=3 flags=1 block=c0ffee",
  ],
  ["SYN_REPLY", "80030002 00000007 00000005 c0ffee", "type=2 streamId=5 flags=0 block=c0ffee"],
  ["RST_STREAM", "80030003 00000008 00000007 00000005", "type=3 streamId=7 status=5"],
  ["empty SETTINGS", "80030004 00000004 00000000", "type=4"],
  ["SETTINGS", "80030004 0100000c 00000001 01000004 00000064", "type=4"],
  ["PING", "80030006 00000004 00000001", "type=6 id=1"],
  ["GOAWAY", "80030007 00000008 00000009 00000002", "type=7 lastStreamId=9 status=2"],
  ["HEADERS", "80030008 00000007 00000005 c0ffee", "type=8 streamId=5 flags=0 block=c0ffee"],
  ["WINDOW_UPDATE", "80030009 00000008 00000001 00010000", "type=9"],
  ["DATA", "00000003 00000003 c0ffee", "DATA 3 c0ffee"],
  ["the last DATA", "00000003 01000003 c0ffee", "DATA 3 c0ffee FIN"],
  ["an empty FIN", "7fffffff 01000000", "DATA 2147483647  FIN"],
];

describe.each(FRAMES)("%s", (_name, hex, expected) => {
  const whole = Buffer.from(hex.replaceAll(" ", ""), "hex");

  it("is read whole", () => {
    expect(decode(whole).frames).toEqual([expected]);
  });

  it("is read byte by byte, with empty chunks between", () => {
    const bytes = [...whole].flatMap((byte) => [Buffer.of(byte), Buffer.alloc(0)]);
    const recorder = decode(...bytes);
    if (expected.startsWith("DATA 3")) {
      expect(recorder.bytes).toBe("c0ffee");
      expect(recorder.frames.at(-1)?.endsWith("FIN")).toBe(expected.endsWith("FIN"));
      expect(recorder.frames.length).toBe(3);
    } else expect(recorder.frames).toEqual([expected]);
    expect(recorder.decoder.midFrame).toBe(false);
  });

  it("is read twice from one chunk", () => {
    expect(decode(Buffer.concat([whole, whole])).frames).toEqual([expected, expected]);
  });

  it("is known to be cut wherever it is cut", () => {
    for (let length = 1; length < whole.length; length++) {
      expect(decode(whole.subarray(0, length)).decoder.midFrame).toBe(true);
    }
  });
});

describe("recorded sessions", () => {
  const sessions = Object.entries(vectors).filter(([name]) => /^(KUBECTL|GO_SERVER)_/.test(name));

  it.each(sessions)("%s reads the same however it is cut", (_name, vector) => {
    const bytes = Buffer.from([vector].flat().join(""), "hex");
    const whole = decode(bytes);
    for (const size of [1, 2, 3, 7, 8, 9, 17]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => {
        return bytes.subarray(index * size, (index + 1) * size);
      });
      const cut = decode(...chunks);
      expect(cut.controls).toEqual(whole.controls);
      expect(cut.bytes).toBe(whole.bytes);
    }
  });

  it("takes a frame that Go writes field by field", () => {
    const [first] = vectors.KUBECTL_EXEC_OPEN;
    const fields = vectors.KUBECTL_EXEC_FIELDS;
    const block = first!.slice(fields.join("").length);
    expect(decode(...fields, block).frames).toEqual([`type=1 streamId=1 flags=0 block=${block}`]);
  });
});

describe("memory", () => {
  it("hands out views of the chunk, also of a frame of 16 MiB", () => {
    const chunk = Buffer.concat([Buffer.from("0000000100ffffff", "hex"), Buffer.alloc(50)]);
    const pieces: Buffer[] = [];
    const decoder = new FrameDecoder({ data: (_id, piece) => pieces.push(piece), control: () => {} });
    decoder.push(chunk);
    expect(pieces.map((piece) => piece.length)).toEqual([50]);
    expect(pieces[0]!.buffer).toBe(chunk.buffer);
  });

  it("grows with the bytes that come, not with the length that is announced", () => {
    const before = process.memoryUsage().arrayBuffers;
    const recorders = Array.from({ length: 1000 }, () => decode("80030002 00011000 00000001 00"));
    expect(recorders.every((recorder) => recorder.decoder.midFrame)).toBe(true);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024);
  });

  it("collects a control frame of the largest size from small chunks", () => {
    const frame = Buffer.alloc(8 + MAX_CONTROL_FRAME_BYTES, 7);
    Buffer.from("8003000200011000", "hex").copy(frame);
    const chunks = Array.from({ length: Math.ceil(frame.length / 100) }, (_, index) => {
      return frame.subarray(index * 100, (index + 1) * 100);
    });
    const recorder = decode(...chunks);
    expect(recorder.frames).toHaveLength(1);
    expect(recorder.frames[0]!.endsWith("07".repeat(MAX_CONTROL_FRAME_BYTES - 4))).toBe(true);
  });
});

describe("what ends the connection", () => {
  it.each([
    ["an unknown control type", "80030005 00000000"],
    ["another unknown control type", "8003000a 00000004 00000000"],
    ["another version", "80020006 00000004 00000001"],
    ["an oversized control frame, at its header", "80030001 00011001"],
    ["a SYN_STREAM without room for its fields", "80030001 00000009"],
    ["a SYN_REPLY without a stream id", "80030002 00000003"],
    ["a reset of the wrong length", "80030003 0000000c"],
    ["a ping of the wrong length", "80030006 00000008"],
    ["a GOAWAY of SPDY/2", "80030007 00000004"],
    ["a WINDOW_UPDATE of the wrong length", "80030009 00000004"],
    ["SETTINGS without a count", "80030004 00000000"],
    ["SETTINGS that announce more than they hold", "80030004 00000004 20000000"],
    ["SETTINGS that hold more than they announce", "80030004 0000000c 00000000 00000000 00000000"],
    ["DATA for stream 0", "00000000 00000001"],
    ["SYN_STREAM for stream 0", "80030001 0000000a 80000000 00000000 0000"],
    ["a reset of stream 0", "80030003 00000008 00000000 00000005"],
    ["a reset with status 0", "80030003 00000008 00000001 00000000"],
    ["a ping with id 0", "80030006 00000004 00000000"],
    ["a ping with flags", "80030006 01000004 00000001"],
    ["a GOAWAY with flags", "80030007 01000008 00000001 00000000"],
    ["a WINDOW_UPDATE with flags", "80030009 01000008 00000001 00000001"],
  ])("%s", (_what, hex) => {
    expect(() => decode(hex)).toThrow(SpdyConnectionError);
  });
});

describe("hold", () => {
  it("stops after the frame in hand and goes on where it stopped", () => {
    const seen: number[] = [];
    const decoder = new FrameDecoder({
      data: () => {},
      control: (frame) => {
        if (frame.type === 6) seen.push(frame.id);
        decoder.hold();
      },
    });
    decoder.push(Buffer.from("800300060000000400000001800300060000000400000002", "hex"));
    decoder.push(Buffer.from("800300060000000400000003", "hex"));
    expect(seen).toEqual([1]);
    decoder.release();
    expect(seen).toEqual([1, 2]);
    decoder.release();
    expect(seen).toEqual([1, 2, 3]);
  });

  it("parses nothing after stop(), not even the rest of the chunk", () => {
    let pings = 0;
    const decoder = new FrameDecoder({
      data: () => {},
      control: () => {
        pings++;
        decoder.stop();
      },
    });
    decoder.push(Buffer.from("800300060000000400000001800300060000000400000002", "hex"));
    decoder.release();
    decoder.push(Buffer.from("800300060000000400000003", "hex"));
    expect(pings).toBe(1);
  });
});
