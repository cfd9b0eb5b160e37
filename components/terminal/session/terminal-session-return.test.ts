import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "#components/ui/api-client.ts";
import { CloseCode } from "#protocol/close-code.ts";
import { FIRST_ECHO_MS, SILENCE_LIMIT_MS, URGENT_LIMIT_MS } from "./echo-probe.ts";
import { MAX_KEPT_INPUT_BYTES } from "./kept-input.ts";
import { BACKOFF_STEPS_MS, STABLE_AFTER_MS } from "./reconnect-backoff.ts";
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

describe("a lost connection", () => {
  it("comes back to the same session at the byte it stopped", async () => {
    bench = await liveBench();
    bench.wire.output("hello ");
    bench.wire.closed(ABNORMAL);
    expect(bench.state.kind).toBe("reconnecting");
    await bench.comeBack(6);
    bench.wire.output("world");
    expect(bench.requests).toEqual(["create 100x30", "ticket s1"]);
    expect(bench.dials[1]).toMatchObject({ id: "s1", from: 6, ticket: "t1" });
    expect(bench.drawn).toBe("hello world");
    expect(bench.state.kind).toBe("live");
  });

  it.each([ABNORMAL, CloseCode.GoingAway, CloseCode.InternalError])(
    "is tried again after close code %i",
    async (code) => {
      bench = await liveBench();
      bench.wire.closed(code);
      expect(bench.state).toMatchObject({ kind: "reconnecting", tooSlow: false });
      await pass(BACKOFF_STEPS_MS[0]);
      expect(bench.dials).toHaveLength(2);
    },
  );

  it("is tried at growing intervals, and at the last one for good", async () => {
    bench = await liveBench();
    bench.wire.closed(ABNORMAL);
    bench.failures.ticket = new ApiError(0, "no network", "Unreachable");
    const waits = [...BACKOFF_STEPS_MS, BACKOFF_STEPS_MS.at(-1)!];
    for (const [attempt, wait] of waits.entries()) {
      const before = bench.requests.length;
      await pass(wait - 1);
      expect(bench.requests.length).toBe(before);
      await pass(1);
      expect(bench.requests.length).toBe(before + 1);
      expect(bench.state).toMatchObject({ kind: "reconnecting", attempt: attempt + 2 });
    }
  });

  it("starts with the short wait again only after a connection that lasted", async () => {
    bench = await liveBench();
    bench.wire.closed(ABNORMAL);
    await bench.comeBack(0);
    bench.wire.closed(ABNORMAL);
    await pass(BACKOFF_STEPS_MS[0]);
    expect(bench.dials).toHaveLength(2);
    await pass(BACKOFF_STEPS_MS[1] - BACKOFF_STEPS_MS[0]);
    bench.wire.open();
    bench.wire.attached();
    for (let ms = 0; ms < STABLE_AFTER_MS; ms += 1_000) {
      await pass(1_000);
      bench.wire.output(".");
    }
    bench.wire.closed(ABNORMAL);
    await pass(BACKOFF_STEPS_MS[0]);
    expect(bench.dials).toHaveLength(4);
  });

  it("is tried at once when the network or the page comes back", async () => {
    bench = await liveBench();
    bench.wire.closed(ABNORMAL);
    bench.session.wake();
    await settle();
    expect(bench.dials).toHaveLength(2);
    bench.session.wake();
    await settle();
    expect(bench.dials).toHaveLength(2);
  });

  it("is noticed by silence, and sooner after a wake-up", async () => {
    bench = await liveBench();
    await pass(FIRST_ECHO_MS + SILENCE_LIMIT_MS);
    expect(bench.state.kind).toBe("reconnecting");
    await bench.comeBack(0);
    bench.wire.output("x");
    bench.session.wake();
    await pass(URGENT_LIMIT_MS);
    expect(bench.state.kind).toBe("reconnecting");
  });

  it("is told of afterwards when it was long enough to be noticed", async () => {
    bench = await liveBench();
    bench.wire.output("abc");
    bench.wire.closed(ABNORMAL);
    bench.failures.ticket = new ApiError(503, "starting", "");
    await pass(40_000);
    bench.failures = {};
    bench.session.wake();
    await settle();
    bench.wire.open();
    bench.wire.attached(3, { written: 1_207 });
    expect(bench.notices).toEqual([{ type: "resumed", awayMs: 40_000, replayed: 1_204 }]);
  });

  it("says what is gone for good, and makes the program repaint", async () => {
    bench = await liveBench();
    bench.wire.output("abc");
    bench.wire.closed(ABNORMAL);
    await bench.comeBack(1_003);
    expect(bench.notices).toEqual([{ type: "output-lost", bytes: 1_000 }]);
    expect(bench.drawn).toBe("");
    expect(bench.sizes).toEqual(['{"Width":100,"Height":29}', '{"Width":100,"Height":30}']);
  });

  it("says what a page lost that did not keep up", async () => {
    bench = await liveBench();
    bench.wire.output("abc");
    bench.wire.event({ type: "gap", offset: 503, missed: 500 });
    bench.wire.output("new");
    expect(bench.notices).toEqual([{ type: "output-lost", bytes: 500 }]);
    expect(bench.drawn).toBe("new");
    expect(bench.session.traffic.receivedBytes).toBe(506);
  });
});

describe("input without a connection", () => {
  it("is kept, shown and sent on return, in order and once", async () => {
    bench = await liveBench();
    bench.wire.closed(ABNORMAL);
    bench.type("echo ");
    bench.type("hi\r");
    expect(bench.session.view.keptBytes).toBe(8);
    await bench.comeBack(0);
    expect(bench.typed).toBe("echo hi\r");
    expect(bench.session.view.keptBytes).toBe(0);
  });

  it("is refused beyond the limit, as a whole and with a word about it", async () => {
    bench = await liveBench();
    bench.wire.closed(ABNORMAL);
    bench.type("x".repeat(MAX_KEPT_INPUT_BYTES));
    bench.type("yy");
    expect(bench.notices).toEqual([{ type: "input-refused", why: "away" }]);
    await bench.comeBack(0);
    expect(bench.typed).toBe("x".repeat(MAX_KEPT_INPUT_BYTES));
  });

  it("does not keep the terminal's own reports", async () => {
    bench = await liveBench();
    bench.wire.closed(ABNORMAL);
    for (const report of ["\x1b[I", "\x1b[O", "\x1b[<0;3;4M", "\x1b[12;1R"]) bench.type(report);
    expect(bench.session.view.keptBytes).toBe(0);
  });

  it("is dropped with a word about it when the session is gone", async () => {
    bench = await liveBench();
    bench.wire.closed(ABNORMAL);
    bench.type("rm -rf");
    bench.failures.ticket = new ApiError(404, "there is no such session", "NotFound");
    await pass(BACKOFF_STEPS_MS[0]);
    expect(bench.state.kind).toBe("gone");
    expect(bench.notices).toEqual([{ type: "input-dropped", bytes: 6 }]);
    expect(bench.session.view.keptBytes).toBe(0);
  });
});

describe("a session that cannot be had", () => {
  it("is asked after when a handshake fails, because the browser hides the reason", async () => {
    bench = new SessionBench("s1");
    bench.session.start();
    await settle();
    bench.wire.closed(ABNORMAL);
    bench.failures.find = new ApiError(404, "there is no such session", "NotFound");
    await pass(BACKOFF_STEPS_MS[0]);
    expect(bench.requests).toEqual(["ticket s1", "find s1"]);
    expect(bench.state.kind).toBe("gone");
    // And no shell is started in its place.
    await pass(60_000);
    expect(bench.requests).toEqual(["ticket s1", "find s1"]);
  });

  it("asks to sign in with close code 4401, and with a 401", async () => {
    bench = await liveBench();
    bench.wire.closed(CloseCode.Unauthorized);
    expect(bench.state).toMatchObject({ kind: "refused", remedy: "sign-in" });
    bench.failures.ticket = new ApiError(401, "no", "Unauthorized");
    bench.session.retry();
    await settle();
    expect(bench.state).toMatchObject({ kind: "refused", remedy: "sign-in" });
  });

  it.each(["a session has at most 8 viewers", "you may not create pods/exec in default any more"])(
    "gives the server's reason with close code 4403: %s",
    async (reason) => {
      bench = await liveBench();
      bench.wire.closed(CloseCode.Forbidden, reason);
      expect(bench.state).toMatchObject({
        message: `The server refused this terminal: ${reason}.`,
        remedy: "none",
      });
    },
  );
});
