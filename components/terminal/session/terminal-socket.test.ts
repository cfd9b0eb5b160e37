import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decodeAck } from "#protocol/ack.ts";
import { Channel, MAX_PAYLOAD_BYTES } from "#protocol/channel.ts";
import { CloseCode, ReceivedCode } from "#protocol/close-code.ts";
import type { SessionEvent } from "#protocol/session-event.ts";
import { decodeText, encodeText } from "#protocol/text.ts";
import { ECHO_EVERY_MS, FIRST_ECHO_MS, SILENCE_LIMIT_MS, URGENT_LIMIT_MS } from "./echo-probe.ts";
import { ScriptedSocket } from "./scripted-socket.fixture.ts";
import { DRAIN_POLL_MS, MAX_STDIN_QUEUE_BYTES, SOCKET_BUFFER_BYTES } from "./stdin-queue.ts";
import { ATTACH_TIMEOUT_MS, type SocketClose, TerminalSocket } from "./terminal-socket.ts";

class Recorder {
  readonly events: SessionEvent[] = [];
  readonly output: number[] = [];
  readonly roundTrips: number[] = [];
  readonly closes: SocketClose[] = [];
  onEvent = (event: SessionEvent) => void this.events.push(event);
  onOutput = (bytes: Uint8Array) => void this.output.push(...bytes);
  onRoundTrip = (ms: number) => void this.roundTrips.push(ms);
  onClose = (close: SocketClose) => void this.closes.push(close);
}

function connect(attached = true) {
  const wire = new ScriptedSocket();
  const heard = new Recorder();
  const socket = new TerminalSocket(wire, heard);
  wire.open();
  if (attached) wire.attached();
  return { wire, heard, socket };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("TerminalSocket", () => {
  it("asks the browser for array buffers, because blobs arrive out of order with what follows", () => {
    expect(connect().wire.binaryType).toBe("arraybuffer");
  });

  it("hands output on byte for byte, a split character included", () => {
    const { wire, heard } = connect();
    const bytes = encodeText("日");
    wire.output(bytes.subarray(0, 1));
    wire.output(bytes.subarray(1));
    expect(heard.output).toEqual([...bytes]);
  });

  it("takes stderr as output too", () => {
    const { wire, heard } = connect();
    wire.frame(Channel.Stderr, encodeText("e"));
    expect(heard.output).toEqual([0x65]);
  });

  it("ignores empty messages, empty output, unknown channels and unreadable events", () => {
    const { wire, heard } = connect();
    wire.message(new Uint8Array());
    wire.frame(Channel.Stdout, new Uint8Array());
    wire.message(Uint8Array.of(99, 1, 2));
    wire.frame(Channel.Event, encodeText("{"));
    wire.frame(Channel.Event, encodeText('{"type":"of tomorrow"}'));
    expect(heard.output).toEqual([]);
    expect(heard.events.map((event) => event.type)).toEqual(["attached"]);
    expect(heard.closes).toEqual([]);
  });

  it("gives up on a text message: something else answers at this address", () => {
    const { wire, heard } = connect();
    wire.message("<html>");
    expect(heard.closes).toMatchObject([{ code: CloseCode.UnsupportedData }]);
    expect(wire.closedByPage).toBe(true);
  });

  it("puts a status together that came in several frames", () => {
    const { wire, heard } = connect();
    wire.frame(Channel.Error, encodeText('{"status":'));
    wire.frame(Channel.Error, encodeText('"Success"}'));
    wire.closed(1000);
    expect(heard.closes).toHaveLength(1);
    expect(decodeText(heard.closes[0]!.status)).toBe('{"status":"Success"}');
  });

  it("says whether the handshake ever finished", () => {
    const wire = new ScriptedSocket();
    const heard = new Recorder();
    new TerminalSocket(wire, heard);
    wire.closed(1006);
    expect(heard.closes).toMatchObject([{ code: 1006, opened: false }]);
  });

  it("reports the end once, whatever comes after it", () => {
    const { wire, heard } = connect();
    wire.closed(1011, "broke");
    wire.closed(1006);
    wire.output("late");
    expect(heard.closes).toMatchObject([{ code: 1011, reason: "broke", opened: true }]);
    expect(heard.output).toEqual([]);
  });

  it("sends resizes as kubectl does, and acks as eight bytes", () => {
    const { wire, socket } = connect();
    socket.sendResize({ width: 101, height: 37 });
    socket.sendAck(2 ** 40 + 5);
    expect(decodeText(wire.sentOn(Channel.Resize)[0]!)).toBe('{"Width":101,"Height":37}\n');
    expect(decodeAck(wire.sentOn(Channel.Ack)[0]!)).toBe(2 ** 40 + 5);
  });

  it("splits input at the frame limit and keeps its order", () => {
    const { wire, socket } = connect();
    const paste = Uint8Array.from({ length: MAX_PAYLOAD_BYTES + 3 }, (_, at) => at % 251);
    expect(socket.sendInput(paste)).toBe(true);
    const frames = wire.sentOn(Channel.Stdin);
    expect(frames.map((frame) => frame.byteLength)).toEqual([MAX_PAYLOAD_BYTES, 3]);
    expect(frames.flatMap((frame) => [...frame])).toEqual([...paste]);
  });

  it("stops filling a socket that does not drain, and goes on when it does", () => {
    const { wire, socket } = connect();
    wire.bufferedAmount = SOCKET_BUFFER_BYTES;
    socket.sendInput(encodeText("a"));
    socket.sendInput(encodeText("b"));
    vi.advanceTimersByTime(DRAIN_POLL_MS * 5);
    expect(wire.sentOn(Channel.Stdin)).toEqual([]);
    wire.bufferedAmount = 0;
    vi.advanceTimersByTime(DRAIN_POLL_MS);
    expect(wire.sentOn(Channel.Stdin).map(decodeText)).toEqual(["a", "b"]);
  });

  it("refuses a paste larger than its queue as a whole", () => {
    const { wire, socket } = connect();
    wire.bufferedAmount = SOCKET_BUFFER_BYTES;
    expect(socket.sendInput(new Uint8Array(MAX_STDIN_QUEUE_BYTES))).toBe(true);
    expect(socket.sendInput(Uint8Array.of(1))).toBe(false);
  });

  it("tells how much accepted input never left", () => {
    const { wire, heard, socket } = connect();
    wire.bufferedAmount = SOCKET_BUFFER_BYTES;
    socket.sendInput(encodeText("lost"));
    wire.closed(1006);
    expect(heard.closes).toMatchObject([{ unsentBytes: 4 }]);
  });

  it("measures a round trip from the echo it sent, and from no other payload", () => {
    const { wire, heard } = connect();
    vi.advanceTimersByTime(FIRST_ECHO_MS);
    const echo = wire.sentOn(Channel.Echo).at(-1)!;
    vi.advanceTimersByTime(24);
    wire.frame(Channel.Echo, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 99));
    wire.frame(Channel.Echo, echo);
    expect(heard.roundTrips).toEqual([24]);
  });

  it("asks again every few seconds", () => {
    const { wire } = connect();
    vi.advanceTimersByTime(FIRST_ECHO_MS);
    for (let round = 0; round < 3; round += 1) {
      wire.frame(Channel.Echo, wire.sentOn(Channel.Echo).at(-1)!);
      vi.advanceTimersByTime(ECHO_EVERY_MS);
    }
    expect(wire.sentOn(Channel.Echo)).toHaveLength(4);
  });

  it("calls a connection dead that answers nothing, without waiting for the browser to notice", () => {
    const { wire, heard } = connect();
    vi.advanceTimersByTime(FIRST_ECHO_MS + SILENCE_LIMIT_MS);
    expect(heard.closes).toMatchObject([{ code: ReceivedCode.Abnormal }]);
    expect(wire.closedByPage).toBe(true);
  });

  it("takes output for a sign of life", () => {
    const { wire, heard } = connect();
    for (let second = 0; second < 60; second += 1) {
      vi.advanceTimersByTime(1_000);
      wire.output("tick");
    }
    expect(heard.closes).toEqual([]);
  });

  it("has less patience after a wake-up", () => {
    const { wire, heard, socket } = connect();
    wire.output("awake");
    socket.checkAlive();
    vi.advanceTimersByTime(URGENT_LIMIT_MS);
    expect(heard.closes).toMatchObject([{ code: ReceivedCode.Abnormal }]);
  });

  it("gives up when nothing says that it is attached", () => {
    const { wire, heard } = connect(false);
    vi.advanceTimersByTime(ATTACH_TIMEOUT_MS);
    expect(heard.closes).toMatchObject([{ code: ReceivedCode.Abnormal }]);
    expect(wire.closedByPage).toBe(true);
  });

  it("detaches with the normal code, silently, and leaves no timer", () => {
    const { wire, heard, socket } = connect();
    socket.detach();
    wire.closed(1000);
    expect(wire.closedWith).toBe(CloseCode.Normal);
    expect(heard.closes).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
