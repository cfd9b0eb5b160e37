/** Viewers and an API server that write anything into one session: no throw, and no viewer pays for another. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeAck } from "#protocol/ack.ts";
import { Channel, encodeFrame } from "#protocol/channel.ts";
import { clientRules, readClientFrame } from "#protocol/client-frame.ts";
import { decodeResize } from "#protocol/resize.ts";
import { decodeEvent } from "#protocol/session-event.ts";
import { decodeStatus } from "#protocol/status.ts";
import { PORTHOLE_SUBPROTOCOL, V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { encodeText } from "#protocol/text.ts";
import { CLOSED, channelPair, record } from "#server/testing/channel-pair.ts";
import { fuzzLimitMs, fuzzRuns } from "#server/testing/fuzz-runs.ts";
import { SignedIn } from "#server/testing/signed-in.ts";
import { Session } from "./session.ts";

const RUNS = fuzzRuns(200);
const LIMIT_MS = fuzzLimitMs(RUNS);
const PATH = { subprotocol: V5_SUBPROTOCOL, transport: "websocket", handshakeMs: 1 } as const;
const WILD = 3;

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.nat(2_000).map(encodeAck),
  fc.nat(255).map((byte) => Uint8Array.of(byte)),
  fc.jsonValue().map((json) => encodeText(JSON.stringify(json))),
  fc
    .record({
      status: fc.constantFrom("Success", "Failure"),
      reason: fc.constantFrom("NonZeroExitCode", undefined),
      details: fc.jsonValue(),
    })
    .map((status) => encodeText(JSON.stringify(status))),
);
const frame = fc
  .tuple(fc.oneof(fc.integer({ min: 0, max: 7 }), fc.constant(255), fc.nat(255)), payload)
  .map(([id, bytes]) => encodeFrame(id as Channel, bytes));

/** `who`: one of the wild viewers, or the API server beyond them. */
const who = fc.nat(WILD);
type Step = { who: number; frame: Uint8Array } | { who: number; act: "pause" | "resume" | "close" | "drop" };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ who, frame }) },
  {
    weight: 1,
    arbitrary: fc.record({ who, act: fc.constantFrom("pause", "resume", "close", "drop") }),
  },
);

function session() {
  const [upstream, apiServer] = channelPair(V5_SUBPROTOCOL);
  let ended = 0;
  const exec = new Session({
    upstream,
    path: PATH,
    size: { width: 80, height: 24 },
    onEnded: () => {
      ended += 1;
    },
    onViewers: () => {},
  });
  const view = (subprotocol: string) => {
    const [near, page] = channelPair(subprotocol);
    const seen = record(page);
    exec.attach(near, { from: 0, role: "owner", grant: new SignedIn().grant() });
    return { page, seen };
  };
  const [calm, plain] = [view(PORTHOLE_SUBPROTOCOL), view(V5_SUBPROTOCOL)];
  const wild = [PORTHOLE_SUBPROTOCOL, V5_SUBPROTOCOL, PORTHOLE_SUBPROTOCOL].map(view);
  return { exec, apiServer, atServer: record(apiServer), calm, plain, wild, ended: () => ended };
}

describe("a session", { timeout: LIMIT_MS }, () => {
  it("passes only what may be passed, and calm viewers get all output and one end", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const one = session();
        const { apiServer, calm, plain, wild } = one;
        const output: Uint8Array[] = [];
        let over = false;
        for (const each of steps) {
          const socket = wild[each.who]?.page ?? apiServer;
          const isServer = socket === apiServer;
          if ("frame" in each) {
            if (isServer && !over && each.frame[0] === Channel.Stdout) output.push(each.frame.subarray(1));
            socket.sendFrame(each.frame);
          } else if (each.act === "close" || each.act === "drop") {
            if (each.act === "close") socket.close(CLOSED);
            else socket.terminate();
            over ||= isServer;
          } else if (!isServer) socket[each.act]();
        }
        const all = Buffer.concat(output);
        for (const { seen } of [calm, plain]) {
          expect(seen.on(Channel.Stdout).equals(all)).toBe(true);
          expect(seen.end?.code ?? null).toBe(over ? 1000 : null);
        }
        if (!over) apiServer.close(CLOSED);
        expect(one.ended()).toBe(1);
        const events = calm.seen.frames.filter((bytes) => bytes[0] === Channel.Event);
        const ends = events
          .map((bytes) => decodeEvent(bytes.subarray(1)))
          .filter((event) => event?.type === "ended");
        expect(ends).toHaveLength(1);
        expect(decodeStatus(plain.seen.on(Channel.Error)) === null).toBe(false);
        for (const bytes of plain.seen.frames) expect([1, 2, 3]).toContain(bytes[0]);
        for (const bytes of one.atServer.frames) {
          if (bytes[0] === Channel.Resize) expect(decodeResize(bytes.subarray(1))).not.toBeNull();
          else if (bytes[0] === Channel.Close) expect([...bytes]).toEqual([255, 0]);
          else expect(bytes[0]).toBe(Channel.Stdin);
        }
        one.exec.end({ cause: "limit", words: "it took too long" });
      }),
      { numRuns: RUNS },
    );
  });

  it("closes a viewer for the first frame that breaks the protocol, and only that one", () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), (frames) => {
        const one = session();
        const [first, ...others] = one.wild;
        for (const bytes of frames) first!.page.sendFrame(bytes);
        const code = first!.seen.end?.code ?? null;
        const rules = clientRules({ subprotocol: PORTHOLE_SUBPROTOCOL, transport: "websocket" }, true);
        const broken = frames.some((bytes) => {
          const read = readClientFrame(bytes[0]!, bytes.subarray(1), rules);
          return read.kind === "violation" || (read.kind === "ack" && read.offset > 0);
        });
        expect(code).toBe(broken ? 1002 : null);
        for (const { seen } of [one.calm, one.plain, ...others]) expect(seen.end).toBeNull();
        one.apiServer.sendFrame(encodeFrame(Channel.Stdout, encodeText("on it goes")));
        expect(one.calm.seen.on(Channel.Stdout).toString()).toBe("on it goes");
        one.exec.end({ cause: "limit", words: "it took too long" });
      }),
      { numRuns: RUNS },
    );
  });
});
