import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "#components/ui/api-client.ts";
import { Channel } from "#protocol/channel.ts";
import { CloseCode } from "#protocol/close-code.ts";
import { exitStatus } from "#protocol/status.ts";
import { encodeText } from "#protocol/text.ts";
import { liveBench, pass, SessionBench, settle } from "./session-bench.fixture.ts";

const ABNORMAL = 1006;
let bench: SessionBench;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  bench.session.dispose();
  // Whatever a test did, a pane that is gone leaves nothing that runs.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe("a new session", () => {
  it("is made with the terminal's size, dialled with the ticket that came with it, and live only when attached", async () => {
    bench = new SessionBench();
    bench.session.resize({ width: 100, height: 30 });
    bench.session.start();
    await settle();
    expect(bench.requests).toEqual(["create 100x30"]);
    expect(bench.dials).toMatchObject([{ id: "s1", from: 0, ticket: "t0" }]);
    bench.wire.open();
    expect(bench.state.kind).toBe("connecting");
    bench.wire.attached();
    expect(bench.state.kind).toBe("live");
    expect(bench.session.view).toMatchObject({
      id: "s1",
      startedAt: 1_000,
      path: { subprotocol: "v5.channel.k8s.io" },
    });
  });

  it("says the server's own words when it is refused, and asks for nothing more by itself", async () => {
    bench = new SessionBench();
    bench.failures.create = new ApiError(403, "You may not create pods/exec in team-a.", "Forbidden");
    bench.session.start();
    await pass(60_000);
    expect(bench.state).toEqual({
      kind: "refused",
      message: "You may not create pods/exec in team-a.",
      remedy: "none",
    });
    expect(bench.requests).toHaveLength(1);
  });

  it("never starts a second shell when an answer was lost, and starts one when it is told to", async () => {
    bench = new SessionBench();
    bench.failures.create = new ApiError(0, "Porthole does not answer.", "Unreachable");
    bench.session.start();
    await pass(60_000);
    expect(bench.state).toMatchObject({ kind: "refused", remedy: "retry" });
    expect(bench.requests).toHaveLength(1);
    bench.failures = {};
    bench.session.retry();
    await settle();
    expect(bench.requests).toHaveLength(2);
    expect(bench.dials).toHaveLength(1);
  });

  it("ends the session whose page left while it was being made", async () => {
    bench = new SessionBench();
    bench.holdCreate = true;
    bench.session.start();
    await settle();
    bench.session.dispose();
    bench.releaseCreate();
    await settle();
    expect(bench.requests).toEqual(["create 80x24", "end s1"]);
    expect(bench.dials).toEqual([]);
  });

  it("keeps what is typed before it is attached", async () => {
    bench = new SessionBench();
    bench.session.start();
    bench.type("l");
    await settle();
    bench.type("s");
    expect(bench.session.view.keptBytes).toBe(2);
    bench.wire.open();
    bench.wire.attached();
    expect(bench.typed).toBe("ls");
    expect(bench.session.view.keptBytes).toBe(0);
  });
});

describe("the size", () => {
  it("is sent at the attach, again after the first output, and then only when it changed", async () => {
    bench = await liveBench();
    expect(bench.sizes).toEqual(['{"Width":100,"Height":30}']);
    bench.wire.output("$ ");
    bench.wire.output("more");
    expect(bench.sizes).toHaveLength(2);
    bench.session.resize({ width: 100, height: 30 });
    expect(bench.sizes).toHaveLength(2);
    bench.session.resize({ width: 90, height: 30 });
    expect(bench.sizes.at(-1)).toBe('{"Width":90,"Height":30}');
  });

  it("is not sent by a terminal that was never visible: it would shrink the program to a guess", async () => {
    bench = new SessionBench("s1");
    bench.session.start();
    await settle();
    bench.wire.open();
    bench.wire.attached();
    bench.wire.output("$ ");
    expect(bench.sizes).toEqual([]);
  });
});

describe("the end", () => {
  it("is told by the server, with its status", async () => {
    bench = await liveBench();
    bench.wire.event({
      type: "ended",
      ending: { kind: "exited", code: 2 },
      end: { cause: "exited", words: "the command ended" },
      lastedMs: 252_000,
    });
    bench.wire.closed(1000);
    expect(bench.state).toMatchObject({
      kind: "ended",
      ending: { kind: "exited", code: 2 },
      lastedMs: 252_000,
    });
    await pass(60_000);
    expect(bench.dials).toHaveLength(1);
  });

  it("is read from the status where nothing else was said", async () => {
    bench = await liveBench();
    bench.wire.frame(Channel.Error, encodeText(JSON.stringify(exitStatus(3))));
    bench.wire.closed(1000);
    expect(bench.state).toMatchObject({
      kind: "ended",
      ending: { kind: "exited", code: 3 },
      end: { cause: "exited" },
    });
  });

  it("is never a success without a status", async () => {
    bench = await liveBench();
    bench.wire.closed(1000);
    expect(bench.state).toMatchObject({ kind: "ended", ending: { kind: "unknown" } });
  });

  it("takes no more input and no more attempts", async () => {
    bench = await liveBench();
    bench.wire.event({
      type: "ended",
      ending: { kind: "exited", code: 0 },
      end: { cause: "exited", words: "the command ended" },
      lastedMs: 1,
    });
    bench.type("x");
    bench.session.retry();
    bench.session.wake();
    await pass(60_000);
    expect(bench.typed).toBe("");
    expect(bench.requests).toEqual(["create 100x30"]);
  });
});

describe("dispose", () => {
  it("detaches and leaves the session running", async () => {
    bench = await liveBench();
    bench.session.dispose();
    expect(bench.wire.closedWith).toBe(CloseCode.Normal);
    expect(bench.requests).not.toContain("end s1");
  });

  it("stops an attempt that is under way", async () => {
    bench = await liveBench();
    bench.wire.closed(ABNORMAL);
    bench.session.wake();
    bench.session.dispose();
    await settle();
    expect(bench.dials).toHaveLength(1);
  });
});
