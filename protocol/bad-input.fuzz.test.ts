/** Whatever a peer writes, the codecs answer with a value of their type or with nothing: never a throw. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fuzzLimitMs, fuzzRuns } from "#server/testing/fuzz-runs.ts";
import { decodeAck } from "./ack.ts";
import { decodeFrame } from "./channel.ts";
import { decodeResize, isDimension } from "./resize.ts";
import { decodeStatus, type Ending, endingOf, exitStatus, failureStatus } from "./status.ts";
import { isTunnelSubprotocol, negotiate, parseOffer, V4_SUBPROTOCOL, V5_SUBPROTOCOL } from "./subprotocol.ts";
import { encodeText } from "./text.ts";

const RUNS = fuzzRuns(500);
const LIMIT_MS = fuzzLimitMs(RUNS);

/** Bytes that are no text, text that is no JSON, and JSON that is not what was asked for. */
const asBytes = (value: fc.Arbitrary<unknown>) =>
  fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: "binary", maxLength: 200 }).map(encodeText),
    value.map((json) => encodeText(JSON.stringify(json) ?? "")),
    fc.tuple(value, fc.nat(200)).map(([json, at]) => encodeText((JSON.stringify(json) ?? "").slice(0, at))),
  );

/** A value that fits, or one of any type in its place. */
const perhaps = (fits: fc.Arbitrary<unknown>) => fc.oneof({ weight: 4, arbitrary: fits }, fc.jsonValue());

const cause = perhaps(
  fc.record(
    { reason: perhaps(fc.constant("ExitCode")), message: perhaps(fc.nat(400).map(String)) },
    { requiredKeys: [] },
  ),
);
const status = perhaps(
  fc.record(
    {
      kind: perhaps(fc.constant("Status")),
      metadata: perhaps(fc.constant({})),
      status: perhaps(fc.constantFrom("Success", "Failure")),
      reason: perhaps(fc.constantFrom("NonZeroExitCode", "InternalError")),
      message: perhaps(fc.string()),
      details: perhaps(
        fc.record({ causes: perhaps(fc.array(cause, { maxLength: 3 })) }, { requiredKeys: [] }),
      ),
      code: perhaps(fc.nat(600)),
    },
    { requiredKeys: [] },
  ),
);

describe("status JSON", { timeout: LIMIT_MS }, () => {
  it("is a Status whose fields have their types, or none", () => {
    fc.assert(
      fc.property(asBytes(status), (bytes) => {
        const decoded = decodeStatus(bytes);
        if (decoded === null) return;
        for (const name of ["kind", "apiVersion", "status", "message", "reason"] as const) {
          expect(["string", "undefined"]).toContain(typeof decoded[name]);
        }
        expect(["number", "undefined"]).toContain(typeof decoded.code);
        for (const { reason, message } of decoded.details?.causes ?? []) {
          expect(["string", "undefined"]).toContain(typeof reason);
          expect(["string", "undefined"]).toContain(typeof message);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("is an exit only when it says so in full, and words otherwise", () => {
    fc.assert(
      fc.property(asBytes(status), (bytes) => {
        const ending: Ending = endingOf(bytes);
        if (ending.kind === "exited") {
          expect(Number.isInteger(ending.code) && ending.code >= 0 && ending.code <= 255).toBe(true);
          const { status: said, reason } = decodeStatus(bytes)!;
          expect(ending.code === 0 ? said === "Success" || reason === "NonZeroExitCode" : said).toBeTruthy();
        } else {
          expect(typeof ending.message).toBe("string");
          expect(ending.message).not.toBe("");
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("is read back as it was written", () => {
    fc.assert(
      fc.property(fc.nat(255), fc.string({ minLength: 1 }), (code, message) => {
        const exit = encodeText(JSON.stringify(exitStatus(code)));
        expect(endingOf(exit)).toEqual({ kind: "exited", code });
        const failure = encodeText(JSON.stringify(failureStatus(500, "InternalError", message)));
        expect(endingOf(failure)).toEqual({ kind: "failed", message });
        expect(decodeStatus(failure)).toEqual(failureStatus(500, "InternalError", message));
      }),
      { numRuns: RUNS },
    );
  });
});

describe("resize JSON", { timeout: LIMIT_MS }, () => {
  const size = fc.record(
    {
      Width: perhaps(fc.integer({ min: -10, max: 70_000 })),
      height: perhaps(fc.integer({ min: 1, max: 65_535 })),
      HEIGHT: perhaps(fc.nat()),
      ["__proto__"]: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );

  it("is two dimensions in range, or nothing", () => {
    fc.assert(
      fc.property(asBytes(perhaps(size)), (bytes) => {
        const decoded = decodeResize(bytes);
        if (decoded === null) return;
        expect(Object.keys(decoded).sort()).toEqual(["height", "width"]);
        expect(isDimension(decoded.width) && isDimension(decoded.height)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});

describe("a list of subprotocols", { timeout: LIMIT_MS }, () => {
  const name = fc.oneof(
    fc.constantFrom(V5_SUBPROTOCOL, V4_SUBPROTOCOL, "SPDY/3.1+portforward.k8s.io", "V5.channel.k8s.io"),
    fc.string({ unit: "binary", maxLength: 40 }),
  );
  const list = fc.tuple(fc.array(name, { maxLength: 12 }), fc.constantFrom(",", ", ", " ,\t", ",,", " "));

  it("is names in the client's order, and one of them is chosen that both sides know", () => {
    fc.assert(
      fc.property(list, ([names, separator]) => {
        const header = names.join(separator);
        const offered = parseOffer(header);
        expect(offered.join("").length).toBeLessThanOrEqual(header.length);
        for (const one of offered) {
          expect(one).toBe(one.trim());
          expect(one).toMatch(/^[^,]+$/s);
          expect(typeof isTunnelSubprotocol(one)).toBe("boolean");
        }
        const supported = [V4_SUBPROTOCOL, V5_SUBPROTOCOL];
        const chosen = negotiate(offered, supported);
        expect(chosen).toBe(offered.filter((one) => supported.includes(one))[0] ?? null);
      }),
      { numRuns: RUNS },
    );
  });
});

describe("frames and acks", { timeout: LIMIT_MS }, () => {
  it("are split without a copy, and an ack is eight bytes or none", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (message) => {
        const frame = decodeFrame(message);
        if (message.length === 0) expect(frame).toBeNull();
        else {
          expect(frame?.channel).toBe(message[0]);
          expect(frame?.payload.buffer).toBe(message.buffer);
          expect(frame?.payload.byteLength).toBe(message.length - 1);
        }
        const offset = decodeAck(message);
        if (offset !== null) expect(message.length === 8 && Number.isSafeInteger(offset)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});
