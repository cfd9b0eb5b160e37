import { describe, expect, it } from "vitest";
import { encodeAck } from "./ack.ts";
import { Channel } from "./channel.ts";
import { clientRules, MAX_ECHO_BYTES, readClientFrame } from "./client-frame.ts";
import { PORTHOLE_SUBPROTOCOL, V4_SUBPROTOCOL, V5_SUBPROTOCOL } from "./subprotocol.ts";
import { encodeText } from "./text.ts";

const speaks = (subprotocol: string, tty = true, transport: "websocket" | "spdy" = "websocket") =>
  clientRules({ subprotocol, transport }, tty);
const V5 = speaks(V5_SUBPROTOCOL);
const V4 = speaks(V4_SUBPROTOCOL);
const SPDY = speaks(V4_SUBPROTOCOL, true, "spdy");
const PAGE = speaks(PORTHOLE_SUBPROTOCOL);
const ALL = { V5, V4, SPDY, PAGE };

/** Byte 0 is the channel, as in a message. */
const read = (bytes: Uint8Array, rules = V5) => readClientFrame(bytes[0]!, bytes.subarray(1), rules);
const bytes = (...values: number[]) => Uint8Array.from(values);
const onChannel = (channel: number, payload: Uint8Array) => bytes(channel, ...payload);
const resize = (text: string) => onChannel(Channel.Resize, encodeText(text));

describe("readClientFrame", () => {
  it("reads input as it is and without a copy, an empty write included", () => {
    const message = bytes(0, 0xff, 0x00);
    const frame = read(message);
    expect(frame).toEqual({ kind: "stdin", bytes: bytes(0xff, 0x00) });
    expect(frame.kind === "stdin" && frame.bytes.buffer).toBe(message.buffer);
    expect(read(bytes(0))).toEqual({ kind: "stdin", bytes: bytes() });
  });

  it.each([
    ['{"Width":101,"Height":37}\n', { width: 101, height: 37 }],
    ['{"width":1,"HEIGHT":2}', { width: 1, height: 2 }],
    ['{"Width":1,"Height":1}{"Width":2,"Height":2}\n\n', { width: 2, height: 2 }],
  ])("reads the last size of %j", (text, size) => {
    expect(read(resize(text))).toEqual({ kind: "resize", size });
  });

  it.each([
    "",
    "{",
    '{"Width":0,"Height":5}',
    '{"Width":70000,"Height":5}',
    "null",
    `${" ".repeat(2000)}{}`,
    '[{"Width":1,"Height":1}]',
    '{"Width":1,"Height":1},{"Width":2,"Height":2}',
    'x{"Width":1,"Height":1}',
    '{"Width":-1,"Height":1}{"Width":2,"Height":2}',
    '{"width":"x","Width":2,"Height":2}',
  ])("ignores the size %j, at which an API server would stop reading sizes", (text) => {
    expect(read(resize(text))).toEqual({ kind: "ignored" });
  });

  it("ignores every size without a terminal", () => {
    expect(read(resize('{"Width":101,"Height":37}\n'), speaks(V5_SUBPROTOCOL, false))).toEqual({
      kind: "ignored",
    });
  });

  it("reads the half-close of a channel from 0 to 4", () => {
    for (const rules of [V5, SPDY, PAGE]) {
      expect(read(bytes(255, 0), rules)).toEqual({ kind: "close", channel: 0 });
      expect(read(bytes(255, 4), rules)).toEqual({ kind: "close", channel: 4 });
    }
  });

  it.each([[[255]], [[255, 5]], [[255, 255]], [[255, 0, 0]]])(
    "says that %j breaks the protocol, where 255 is a CLOSE at all",
    (message) => {
      for (const rules of [V5, SPDY, PAGE]) expect(read(bytes(...message), rules).kind).toBe("violation");
      expect(read(bytes(...message), V4)).toEqual({ kind: "ignored" });
    },
  );

  it("takes 255 for a channel of nobody in v4 messages", () => {
    expect(read(bytes(255, 0), V4)).toEqual({ kind: "ignored" });
  });

  it.each(Object.entries(ALL))("%s: drops what a server writes and channels of nobody", (_name, rules) => {
    for (const channel of [1, 2, 3, 6, 8, 9, 77, 254])
      expect(read(bytes(channel, 65), rules)).toEqual({ kind: "ignored" });
  });

  it("reads acks and echoes from the page alone", () => {
    const ack = onChannel(Channel.Ack, encodeAck(2 ** 40 + 5));
    const echo = bytes(Channel.Echo, 1, 2, 3);
    expect(read(ack, PAGE)).toEqual({ kind: "ack", offset: 2 ** 40 + 5 });
    expect(read(echo, PAGE)).toEqual({ kind: "echo", payload: bytes(1, 2, 3) });
    for (const rules of [V5, V4, SPDY]) {
      expect(read(ack, rules)).toEqual({ kind: "ignored" });
      expect(read(echo, rules)).toEqual({ kind: "ignored" });
    }
  });

  it("says that an ack of another length or past exact numbers breaks the protocol", () => {
    for (const payload of [bytes(), bytes(0, 0, 1), bytes(255, 0, 0, 0, 0, 0, 0, 0), new Uint8Array(9)])
      expect(read(onChannel(Channel.Ack, payload), PAGE).kind).toBe("violation");
  });

  it("sends no long payload back", () => {
    expect(read(onChannel(Channel.Echo, new Uint8Array(MAX_ECHO_BYTES)), PAGE).kind).toBe("echo");
    expect(read(onChannel(Channel.Echo, new Uint8Array(MAX_ECHO_BYTES + 1)), PAGE).kind).toBe("ignored");
  });
});
