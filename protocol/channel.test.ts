import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeAck, encodeAck } from "./ack.ts";
import { Channel, decodeFrame, encodeClose, encodeFrame } from "./channel.ts";
import { closeReason, MAX_CLOSE_REASON_BYTES } from "./close-code.ts";
import { decodeResize, encodeResize } from "./resize.ts";
import { isTunnelSubprotocol, negotiate, parseOffer } from "./subprotocol.ts";
import { encodeText } from "./text.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

describe("frames", () => {
  it("puts the channel byte in front of the payload", () => {
    expect(encodeFrame(Channel.Stdin, bytes(0x6c, 0x73))).toEqual(bytes(0, 0x6c, 0x73));
    expect(encodeFrame(Channel.Stdout, bytes())).toEqual(bytes(1));
  });

  it("half-closes stdin with FF 00, as kubectl does", () => {
    expect(encodeClose(Channel.Stdin)).toEqual(bytes(255, 0));
  });

  it("has no frame in an empty message", () => {
    expect(decodeFrame(bytes())).toBeNull();
  });

  it("gives back what was put in, for any channel and payload", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(Channel)),
        fc.uint8Array({ maxLength: 300 }),
        (channel, payload) => {
          const frame = decodeFrame(encodeFrame(channel, payload))!;
          expect(frame.channel).toBe(channel);
          expect([...frame.payload]).toEqual([...payload]);
        },
      ),
    );
  });
});

describe("resize", () => {
  it("is what kubectl sends, byte for byte", () => {
    expect(encodeResize({ width: 101, height: 37 })).toEqual(encodeText('{"Width":101,"Height":37}\n'));
    expect(encodeFrame(Channel.Resize, encodeResize({ width: 101, height: 37 })).byteLength).toBe(27);
  });

  it.each([
    ['{"Width":80,"Height":24}', { width: 80, height: 24 }],
    ['{"width":80,"height":24}', { width: 80, height: 24 }],
    ['{"Width":0,"Height":24}', null],
    ['{"Width":70000,"Height":24}', null],
    ['{"Width":8.5,"Height":24}', null],
    ['{"Width":"80","Height":24}', null],
    ["[80,24]", null],
    ["null", null],
    ["{", null],
    ["", null],
  ])("reads %s as %o", (text, expected) => {
    expect(decodeResize(encodeText(text))).toEqual(expected);
  });

  it("never throws, whatever comes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (payload) => {
        decodeResize(payload);
      }),
    );
  });
});

describe("acks", () => {
  it("are eight bytes, big-endian", () => {
    expect(encodeAck(1)).toEqual(bytes(0, 0, 0, 0, 0, 0, 0, 1));
    expect(encodeAck(2 ** 40 + 5)).toEqual(bytes(0, 0, 1, 0, 0, 0, 0, 5));
  });

  it("give back any offset JavaScript counts exactly, and refuse the rest", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (offset) => {
        expect(decodeAck(encodeAck(offset))).toBe(offset);
      }),
    );
    expect(decodeAck(bytes(255, 0, 0, 0, 0, 0, 0, 0))).toBeNull();
    expect(decodeAck(bytes(1, 2, 3))).toBeNull();
  });
});

describe("subprotocols", () => {
  it("chooses the first of the client's that the server speaks", () => {
    expect(
      negotiate(["v5.channel.k8s.io", "v4.channel.k8s.io"], ["v4.channel.k8s.io", "v5.channel.k8s.io"]),
    ).toBe("v5.channel.k8s.io");
    expect(negotiate(["V5.channel.k8s.io"], ["v5.channel.k8s.io"])).toBeNull();
    expect(negotiate([], ["v5.channel.k8s.io"])).toBeNull();
  });

  it("reads an offer with blanks and empty parts", () => {
    expect(parseOffer(" a,, b ,")).toEqual(["a", "b"]);
    expect(parseOffer(undefined)).toEqual([]);
  });

  it("knows a tunnel by prefix and suffix", () => {
    expect(isTunnelSubprotocol("SPDY/3.1+portforward.k8s.io")).toBe(true);
    expect(isTunnelSubprotocol("portforward.k8s.io")).toBe(false);
    expect(isTunnelSubprotocol("spdy/3.1+portforward.k8s.io")).toBe(false);
  });
});

describe("close reasons", () => {
  it("fit a close frame and are never cut inside a character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
        const reason = closeReason(text);
        expect(encodeText(reason).byteLength).toBeLessThanOrEqual(MAX_CLOSE_REASON_BYTES);
        expect(text.startsWith(reason)).toBe(true);
      }),
    );
  });
});
