/** Error streams that hold anything, in both forms: a Status that can be read, or none, and never success by accident. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeStatus, endingOf } from "#protocol/status.ts";
import { SPDY_EXEC_SUBPROTOCOLS, V4_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { fuzzLimitMs, fuzzRuns } from "#server/testing/fuzz-runs.ts";
import { errorStreamFromStatus, statusFromErrorStream } from "./error-stream.ts";

const RUNS = fuzzRuns(500);
const LIMIT_MS = fuzzLimitMs(RUNS);

const version = fc.constantFrom(...SPDY_EXEC_SUBPROTOCOLS);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
  fc.jsonValue().map((json) => Buffer.from(JSON.stringify(json))),
);

describe("an error stream", { timeout: LIMIT_MS }, () => {
  it("becomes a Status or nothing, and is no success unless it says so or v1 to v3 ended without a word", () => {
    fc.assert(
      fc.property(version, bytes, fc.boolean(), (negotiated, received, lost) => {
        const status = statusFromErrorStream(negotiated, Buffer.from(received), lost);
        if (negotiated === V4_SUBPROTOCOL) {
          expect(status === null).toBe(received.length === 0);
        } else if (received.length > 0) {
          expect(decodeStatus(status!)).toMatchObject({ status: "Failure", code: 500 });
        } else {
          expect(status === null).toBe(lost);
        }
        const ending = endingOf(status ?? new Uint8Array());
        const silent = negotiated !== V4_SUBPROTOCOL && received.length === 0 && !lost;
        if (ending.kind === "exited" && ending.code === 0 && !silent) {
          expect(decodeStatus(received)?.status).toBe("Success");
        }
        // A few times the input, the sentence around it, and its escapes.
        expect(status?.length ?? 0).toBeLessThan(400 + 8 * received.length);
      }),
      { numRuns: RUNS },
    );
  });

  it("is written for any Status, and says nothing to v1 to v3 of a success alone", () => {
    fc.assert(
      fc.property(version, bytes, (negotiated, payload) => {
        const written = errorStreamFromStatus(negotiated, payload);
        if (negotiated === V4_SUBPROTOCOL) expect(written).toBe(payload);
        else expect(written.length === 0).toBe(decodeStatus(payload)?.status === "Success");
      }),
      { numRuns: RUNS },
    );
  });
});
