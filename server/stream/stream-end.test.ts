import { describe, expect, it } from "vitest";
import { KubeError } from "#server/kube/errors.ts";
import { SpdyConnectionError, SpdyStreamError } from "#server/spdy/errors.ts";
import { StreamError, UpgradeError } from "./errors.ts";
import { clientEnd, DEAD_PEER, endOf, endOfClose } from "./stream-end.ts";

describe("the end that an error makes", () => {
  it.each([
    ["unreachable", new StreamError("UNREACHABLE", "no route")],
    ["unreachable", new StreamError("TIMEOUT", "no answer")],
    ["unreachable", new KubeError("UNREACHABLE", "no route")],
    ["refused", new UpgradeError(403, "forbidden")],
    ["refused", new KubeError("CREDENTIAL", "the plugin failed")],
    ["protocol", new SpdyConnectionError("FLOOD", "too much")],
    ["going-away", new SpdyConnectionError("GOAWAY", "The peer ended the connection.")],
    ["lost", new SpdyConnectionError("LOST", "The connection ended.")],
    ["lost", Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })],
    ["client-left", new StreamError("CANCELED", "given up")],
  ])("is %s for %o", (cause, error) => {
    expect(endOf(error).cause).toBe(cause);
  });

  it("is the connection's own when a stream of it is gone", () => {
    const gone = (cause: Error) => endOf(new SpdyStreamError("LOST", "the stream is gone", { cause }));
    const cut = new SpdyConnectionError("LOST", "The connection ended in the middle of a frame.");
    expect(gone(cut)).toEqual({ cause: "lost", words: "the connection ended in the middle of a frame" });
    expect(gone(new SpdyConnectionError("PING_TIMEOUT", "Nothing came back for 30000 ms."))).toBe(DEAD_PEER);
  });

  it("has the same words for a dead peer on every wire, and never none", () => {
    expect(endOf(new StreamError("DEAD_PEER", "whatever"))).toBe(DEAD_PEER);
    expect(endOf(new SpdyConnectionError("PING_TIMEOUT", "whatever"))).toBe(DEAD_PEER);
    expect(endOf(new AggregateError([], "")).words).toBe("no reason was given");
  });
});

describe("the end that a close frame makes", () => {
  it("says what the peer said, or what the code means", () => {
    expect(endOfClose(1011, "etcd is full")).toEqual({ cause: "lost", words: "etcd is full", code: 1011 });
    expect(endOfClose(1006, "")).toEqual({ cause: "lost", words: "the connection was lost", code: 1006 });
    expect(endOfClose(4999, "")).toMatchObject({ words: "it was closed with code 4999" });
  });

  it("is the client's leaving when a client closes in order, and nothing else", () => {
    for (const code of [1000, 1001, 1005]) expect(clientEnd(endOfClose(code, "")).cause).toBe("client-left");
    expect(clientEnd(endOfClose(1006, "")).cause).toBe("lost");
    expect(clientEnd(DEAD_PEER)).toEqual(DEAD_PEER);
  });
});
