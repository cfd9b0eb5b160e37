/** Clients and API servers that write anything, against a relay between them: no throw, no harm to a neighbour. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Channel, encodeFrame } from "#protocol/channel.ts";
import { clientRules, readClientFrame } from "#protocol/client-frame.ts";
import { decodeResize, encodeResize } from "#protocol/resize.ts";
import { V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { encodeText } from "#protocol/text.ts";
import { CLOSED, channelPair, record } from "#server/testing/channel-pair.ts";
import { fuzzLimitMs, fuzzRuns } from "#server/testing/fuzz-runs.ts";
import { type RelayEnd, relayChannels } from "./channel-relay.ts";

const RUNS = fuzzRuns(300);
const LIMIT_MS = fuzzLimitMs(RUNS);

/** Small, so that congestion comes often. */
const HIGH_WATER_BYTES = 64;

const channel = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 255), fc.nat(255));
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc.nat(255).map((byte) => Uint8Array.of(byte)),
  fc.record({ width: fc.nat(70_000), height: fc.nat(70_000) }).map((size) => encodeResize(size)),
  fc.jsonValue().map((json) => encodeText(JSON.stringify(json))),
);
/** Never empty: the sockets drop empty messages before a relay sees them. */
const frame = fc.tuple(channel, payload).map(([id, bytes]) => encodeFrame(id as Channel, bytes));

type Step =
  | { side: "client" | "server"; frame: Uint8Array }
  | { side: "client" | "server"; act: "pause" | "resume" | "close" | "drop" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ side: fc.constantFrom("client", "server"), frame }) },
  {
    weight: 1,
    arbitrary: fc.record({
      side: fc.constantFrom("client", "server"),
      act: fc.constantFrom("pause", "resume", "close", "drop"),
    }),
  },
);

function relay(tty: boolean) {
  const [downstream, client] = channelPair(V5_SUBPROTOCOL, HIGH_WATER_BYTES);
  const [upstream, server] = channelPair(V5_SUBPROTOCOL, HIGH_WATER_BYTES);
  const ends: RelayEnd[] = [];
  relayChannels(downstream, upstream, { tty, onEnd: (end) => ends.push(end) });
  return { client, server, ends, atClient: record(client), atServer: record(server) };
}

function take(step: Step, { client, server }: ReturnType<typeof relay>): void {
  const socket = step.side === "client" ? client : server;
  if ("frame" in step) socket.sendFrame(step.frame);
  else if (step.act === "close") socket.close(CLOSED);
  else if (step.act === "drop") socket.terminate();
  else socket[step.act]();
}

describe("a relay", { timeout: LIMIT_MS }, () => {
  it("lets nothing through that a client or a server may not write, whatever they do", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, tty) => {
        const one = relay(tty);
        for (const each of steps) take(each, one);
        for (const side of [one.client, one.server]) side.resume();
        for (const bytes of one.atServer.frames) {
          const body = bytes.subarray(1);
          if (bytes[0] === Channel.Resize) expect(tty && decodeResize(body)).toBeTruthy();
          else if (bytes[0] === Channel.Close) expect(body.length === 1 && body[0]! <= 4).toBe(true);
          else expect(bytes[0]).toBe(Channel.Stdin);
        }
        for (const bytes of one.atClient.frames) expect([1, 2, 3]).toContain(bytes[0]);
        expect(one.ends.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: RUNS },
    );
  });

  it("keeps every byte and its order until the first violation, which ends both sides with 1002", () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 40 }), fc.boolean(), (frames, tty) => {
        const one = relay(tty);
        const rules = clientRules({ subprotocol: V5_SUBPROTOCOL, transport: "websocket" }, tty);
        const kinds = frames.map((bytes) => readClientFrame(bytes[0]!, bytes.subarray(1), rules).kind);
        const broken = kinds.indexOf("violation");
        const passed = frames.filter(
          (_, index) => kinds[index] !== "ignored" && (broken < 0 || index < broken),
        );
        for (const bytes of frames) one.client.sendFrame(bytes);
        expect(one.atServer.frames).toEqual(passed);
        if (broken < 0) expect([one.ends, one.atClient.end, one.atServer.end]).toEqual([[], null, null]);
        else {
          expect(one.ends).toMatchObject([{ by: "downstream", end: { cause: "protocol" } }]);
          expect(one.atClient.end?.code).toBe(1002);
          expect(one.atServer.end?.code).toBe(1000);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("never harms another one", () => {
    const calm = relay(true);
    let sent = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const wild = relay(true);
        for (const each of steps) {
          take(each, wild);
          calm.client.sendFrame(encodeFrame(Channel.Stdin, encodeText(`${sent}`)));
          calm.server.sendFrame(encodeFrame(Channel.Stdout, encodeText(`${sent}`)));
          sent += 1;
        }
        expect(calm.atServer.frames.length).toBe(sent);
        expect(calm.atClient.frames.length).toBe(sent);
        expect(calm.ends).toEqual([]);
      }),
      { numRuns: RUNS },
    );
    expect(calm.atServer.on(Channel.Stdin)).toEqual(calm.atClient.on(Channel.Stdout));
  });
});
