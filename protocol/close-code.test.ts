import { describe, expect, it } from "vitest";
import { CloseCode, causeOfClose, closeCodeOf, closeFrameOf, MAX_CLOSE_REASON_BYTES } from "./close-code.ts";
import { END_CAUSES } from "./stream-end.ts";

describe("the close code of an end", () => {
  it.each([
    ["exited", 1000],
    ["closed", 1000],
    ["ended-by-person", 1000],
    ["shutdown", 1001],
    ["protocol", 1002],
    ["lost", 1011],
    ["dead-peer", 1011],
    ["limit", 4403],
    ["revoked", 4403],
    ["signed-out", 4401],
  ] as const)("%s is %i", (cause, code) => {
    expect(closeCodeOf(cause)).toBe(code);
  });

  it("is one that a server may send, and every code of ours but text's has a cause", () => {
    const sent = new Set<number>(END_CAUSES.map((cause) => closeCodeOf(cause)));
    for (const code of sent) expect([1005, 1006, 1015]).not.toContain(code);
    // A text message is a fault of the frame and not of the stream: websocket-channel-socket.ts.
    const unused = Object.values(CloseCode).filter((code) => !sent.has(code));
    expect(unused).toEqual([CloseCode.UnsupportedData]);
  });

  it("says why, unless it is 1000: the status has said it", () => {
    expect(closeFrameOf({ cause: "revoked", words: "taken away" })).toEqual({
      code: 4403,
      reason: "taken away",
    });
    expect(closeFrameOf({ cause: "exited", words: "over" })).toEqual({ code: 1000, reason: "" });
    const { reason } = closeFrameOf({ cause: "lost", words: "ü".repeat(200) });
    expect(reason).toBe("ü".repeat(Math.floor(MAX_CLOSE_REASON_BYTES / 2)));
  });
});

describe("the cause of a close code", () => {
  it.each([
    [1000, "closed"],
    [1001, "going-away"],
    [1002, "protocol"],
    [1003, "protocol"],
    [1005, "closed"],
    [1006, "lost"],
    [1009, "protocol"],
    [1011, "lost"],
    [1012, "lost"],
    [4401, "signed-out"],
    [4403, "revoked"],
    [4999, "lost"],
  ])("%i is %s", (code, cause) => {
    expect(causeOfClose(code)).toBe(cause);
  });
});
