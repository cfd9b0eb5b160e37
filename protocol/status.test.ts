import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endingOf, exitStatus, failureStatus, successStatus } from "./status.ts";
import { encodeText } from "./text.ts";

const ending = (value: unknown) => endingOf(encodeText(JSON.stringify(value)));

describe("how a command ended", () => {
  it("is exit 0 for Success, as the kubelet writes it", () => {
    expect(endingOf(encodeText('{"metadata":{},"status":"Success"}'))).toEqual({ kind: "exited", code: 0 });
    expect(ending(successStatus())).toEqual({ kind: "exited", code: 0 });
  });

  it("is the exit code that the cause names", () => {
    const text =
      '{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: exit status 137","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"137"}]}}';
    expect(endingOf(encodeText(text))).toEqual({ kind: "exited", code: 137 });
    expect(JSON.stringify(exitStatus(137))).toBe(text);
  });

  it.each(["300", "256", "-1", "1e2", "", "x", " 1"])("is unknown when the exit code is %j", (message) => {
    const status = {
      status: "Failure",
      reason: "NonZeroExitCode",
      details: { causes: [{ reason: "ExitCode", message }] },
    };
    expect(ending(status).kind).toBe("unknown");
  });

  it.each([
    { details: { causes: {} } },
    { details: { causes: [null, "ExitCode", { reason: 7, message: 7 }] } },
    { details: "none" },
    { details: null },
  ])("is unknown, and no throw, when a field has the type of another: %j", (fields) => {
    expect(ending({ status: "Failure", reason: "NonZeroExitCode", ...fields }).kind).toBe("unknown");
  });

  it("is a failure in words, also when the message is none", () => {
    const message = { text: "not a string" };
    expect(ending({ status: "Failure", message })).toEqual({
      kind: "failed",
      message: "the cluster gave no reason",
    });
  });

  it("is a failure in the cluster's own words", () => {
    expect(ending(failureStatus(500, "InternalError", "container not found"))).toEqual({
      kind: "failed",
      message: "container not found",
    });
  });

  it("is never success when nothing, or nothing readable, was received", () => {
    expect(endingOf(new Uint8Array()).kind).toBe("unknown");
    expect(endingOf(encodeText('{"status":"Success"')).kind).toBe("unknown");
    expect(ending({ status: "Maybe" }).kind).toBe("unknown");
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(endingOf(bytes)).not.toEqual({ kind: "exited", code: 0 });
      }),
    );
  });
});
