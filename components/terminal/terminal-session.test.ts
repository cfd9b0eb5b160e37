import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "#components/ui/api-client";
import { Channel } from "#protocol/channel";
import { CloseCode } from "#protocol/close-code";
import { exitStatus } from "#protocol/status";
import { decodeText, encodeText } from "#protocol/text";
import { SILENCE_LIMIT_MS, URGENT_LIMIT_MS } from "./echo-probe";
import { MAX_KEPT_INPUT_BYTES } from "./kept-input";
import { BACKOFF_STEPS_MS, STABLE_AFTER_MS } from "./reconnect-backoff";
import { SessionBench } from "./session-bench";

const ABNORMAL = 1006;
let bench: SessionBench;

/** Lets promises of the scripted API settle; no time passes. */
const settle = () => vi.advanceTimersByTimeAsync(0);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

async function live(sessionId: string | null = null): Promise<SessionBench> {
  bench = new SessionBench(sessionId);
  bench.session.resize({ width: 100, height: 30 });
  bench.session.start();
  await settle();
  bench.wire.open();
  bench.wire.attached();
  return bench;
}

/** The dial after a loss, up to and including the attach. */
async function back(offset: number) {
  await pass(BACKOFF_STEPS_MS[0]);
  bench.wire.open();
  bench.wire.attached(offset);
}

function typed(): string {
  return bench.dials.flatMap(({ wire }) => wire.sentOn(Channel.Stdin).map(decodeText)).join("");
}

function sizes(): string[] {
  return bench.wire.sentOn(Channel.Resize).map((payload) => decodeText(payload).trim());
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  bench.session.dispose();
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
    expect(typed()).toBe("ls");
    expect(bench.session.view.keptBytes).toBe(0);
  });
});

describe("the size", () => {
  it("is sent at the attach, again after the first output, and then only when it changed", async () => {
    await live();
    expect(sizes()).toEqual(['{"Width":100,"Height":30}']);
    bench.wire.output("$ ");
    bench.wire.output("more");
    expect(sizes()).toHaveLength(2);
    bench.session.resize({ width: 100, height: 30 });
    expect(sizes()).toHaveLength(2);
    bench.session.resize({ width: 90, height: 30 });
    expect(sizes().at(-1)).toBe('{"Width":90,"Height":30}');
  });

  it("is not sent by a terminal that was never visible: it would shrink the program to a guess", async () => {
    bench = new SessionBench("s1");
    bench.session.start();
    await settle();
    bench.wire.open();
    bench.wire.attached();
    bench.wire.output("$ ");
    expect(sizes()).toEqual([]);
  });
});

describe("a lost connection", () => {
  it("comes back to the same session at the byte it stopped", async () => {
    await live();
    bench.wire.output("hello ");
    bench.wire.closed(ABNORMAL);
    expect(bench.state.kind).toBe("reconnecting");
    await back(6);
    bench.wire.output("world");
    expect(bench.requests).toEqual(["create 100x30", "ticket s1"]);
    expect(bench.dials[1]).toMatchObject({ id: "s1", from: 6, ticket: "t1" });
    expect(bench.drawn).toBe("hello world");
    expect(bench.state.kind).toBe("live");
  });

  it.each([ABNORMAL, CloseCode.GoingAway, CloseCode.InternalError, CloseCode.DeadPeer, CloseCode.TooSlow])(
    "is tried again after close code %i",
    async (code) => {
      await live();
      bench.wire.closed(code);
      expect(bench.state).toMatchObject({ kind: "reconnecting", tooSlow: code === CloseCode.TooSlow });
      await pass(BACKOFF_STEPS_MS[0]);
      expect(bench.dials).toHaveLength(2);
    },
  );

  it("is tried at growing intervals, and at the last one for good", async () => {
    await live();
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
    await live();
    bench.wire.closed(ABNORMAL);
    await back(0);
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
    await live();
    bench.wire.closed(ABNORMAL);
    bench.session.wake();
    await settle();
    expect(bench.dials).toHaveLength(2);
    bench.session.wake();
    await settle();
    expect(bench.dials).toHaveLength(2);
  });

  it("is noticed by silence, and sooner after a wake-up", async () => {
    await live();
    await pass(SILENCE_LIMIT_MS);
    expect(bench.state.kind).toBe("reconnecting");
    await back(0);
    bench.wire.output("x");
    bench.session.wake();
    await pass(URGENT_LIMIT_MS);
    expect(bench.state.kind).toBe("reconnecting");
  });

  it("is told of afterwards when it was long enough to be noticed", async () => {
    await live();
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
    await live();
    bench.wire.output("abc");
    bench.wire.closed(ABNORMAL);
    await back(1_003);
    expect(bench.notices).toEqual([{ type: "output-lost", bytes: 1_000 }]);
    expect(bench.drawn).toBe("");
    expect(sizes()).toEqual(['{"Width":100,"Height":29}', '{"Width":100,"Height":30}']);
  });

  it("says what a page lost that did not keep up", async () => {
    await live();
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
    await live();
    bench.wire.closed(ABNORMAL);
    bench.type("echo ");
    bench.type("hi\r");
    expect(bench.session.view.keptBytes).toBe(8);
    await back(0);
    expect(typed()).toBe("echo hi\r");
    expect(bench.session.view.keptBytes).toBe(0);
  });

  it("is refused beyond the limit, as a whole and with a word about it", async () => {
    await live();
    bench.wire.closed(ABNORMAL);
    bench.type("x".repeat(MAX_KEPT_INPUT_BYTES));
    bench.type("yy");
    expect(bench.notices).toEqual([{ type: "input-refused", why: "away" }]);
    await back(0);
    expect(typed()).toBe("x".repeat(MAX_KEPT_INPUT_BYTES));
  });

  it("does not keep the terminal's own reports", async () => {
    await live();
    bench.wire.closed(ABNORMAL);
    for (const report of ["\x1b[I", "\x1b[O", "\x1b[<0;3;4M", "\x1b[12;1R"]) bench.type(report);
    expect(bench.session.view.keptBytes).toBe(0);
  });

  it("is dropped with a word about it when the session is gone", async () => {
    await live();
    bench.wire.closed(ABNORMAL);
    bench.type("rm -rf");
    bench.failures.ticket = new ApiError(404, "there is no such session", "NotFound");
    await pass(BACKOFF_STEPS_MS[0]);
    expect(bench.state.kind).toBe("gone");
    expect(bench.notices).toEqual([{ type: "input-dropped", bytes: 6 }]);
    expect(bench.session.view.keptBytes).toBe(0);
  });
});

describe("the end", () => {
  it("is told by the server, with its status", async () => {
    await live();
    bench.wire.event({
      type: "ended",
      ending: { kind: "exited", code: 2 },
      by: "process",
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
    await live();
    bench.wire.frame(Channel.Error, encodeText(JSON.stringify(exitStatus(3))));
    bench.wire.closed(1000);
    expect(bench.state).toMatchObject({ kind: "ended", ending: { kind: "exited", code: 3 }, by: "process" });
  });

  it("is never a success without a status", async () => {
    await live();
    bench.wire.closed(1000);
    expect(bench.state).toMatchObject({ kind: "ended", ending: { kind: "unknown" } });
  });

  it("takes no more input and no more attempts", async () => {
    await live();
    bench.wire.event({ type: "ended", ending: { kind: "exited", code: 0 }, by: "process", lastedMs: 1 });
    bench.type("x");
    bench.session.retry();
    bench.session.wake();
    await pass(60_000);
    expect(typed()).toBe("");
    expect(bench.requests).toEqual(["create 100x30"]);
  });
});

describe("a session that cannot be had", () => {
  it("is gone with close code 4404, and no shell is started in its place", async () => {
    await live("s1");
    bench.wire.closed(CloseCode.NotFound);
    await pass(60_000);
    expect(bench.state.kind).toBe("gone");
    expect(bench.requests).toEqual(["ticket s1"]);
  });

  it("is asked after when a handshake fails, because the browser hides the reason", async () => {
    bench = new SessionBench("s1");
    bench.session.start();
    await settle();
    bench.wire.closed(ABNORMAL);
    bench.failures.find = new ApiError(404, "there is no such session", "NotFound");
    await pass(BACKOFF_STEPS_MS[0]);
    expect(bench.requests).toEqual(["ticket s1", "find s1"]);
    expect(bench.state.kind).toBe("gone");
  });

  it("asks to sign in with close code 4401, and with a 401", async () => {
    await live();
    bench.wire.closed(CloseCode.Unauthorized);
    expect(bench.state).toMatchObject({ kind: "refused", remedy: "sign-in" });
    bench.failures.ticket = new ApiError(401, "no", "Unauthorized");
    bench.session.retry();
    await settle();
    expect(bench.state).toMatchObject({ kind: "refused", remedy: "sign-in" });
  });

  it("is taken back from another window on demand only", async () => {
    await live();
    bench.wire.output("abc");
    bench.wire.closed(CloseCode.Replaced);
    await pass(60_000);
    expect(bench.state.kind).toBe("replaced");
    expect(bench.dials).toHaveLength(1);
    bench.session.retry();
    await settle();
    expect(bench.dials[1]).toMatchObject({ from: 3 });
  });

  it("gives the server's reason with close code 4403", async () => {
    await live();
    bench.wire.closed(CloseCode.Forbidden, "a session has at most 8 viewers");
    expect(bench.state).toMatchObject({
      message: "The server refused this terminal: a session has at most 8 viewers.",
      remedy: "none",
    });
  });
});

describe("dispose", () => {
  it("detaches and leaves the session running", async () => {
    await live();
    bench.session.dispose();
    expect(bench.wire.closedWith).toBe(CloseCode.Normal);
    expect(bench.requests).not.toContain("end s1");
  });

  it("stops an attempt that is under way", async () => {
    await live();
    bench.wire.closed(ABNORMAL);
    bench.session.wake();
    bench.session.dispose();
    await settle();
    expect(bench.dials).toHaveLength(1);
  });
});
