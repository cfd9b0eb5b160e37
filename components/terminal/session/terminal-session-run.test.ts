import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SessionBench, settle } from "./session-bench.fixture.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MISSING = { kind: "failed", message: 'exec: "sh": executable file not found in $PATH' } as const;
const END = { cause: "closed", words: MISSING.message } as const;

async function started(sessionId: string | null = null): Promise<SessionBench> {
  const bench = new SessionBench(sessionId);
  bench.session.resize({ width: 100, height: 30 });
  bench.session.start();
  await settle();
  bench.wire.open();
  bench.wire.attached();
  return bench;
}

async function endedMissing(bench: SessionBench): Promise<void> {
  bench.wire.event({ type: "ended", ending: MISSING, end: END, lastedMs: 5 });
  await settle();
}

describe("a session whose shell is not on the container's PATH", () => {
  it("is asked for once more, at /bin/sh, and then no more", async () => {
    const bench = await started();
    await endedMissing(bench);
    expect(bench.requests).toEqual(["create 100x30", "node", "create /bin/sh 100x30"]);
    expect(bench.states.at(-1)).toBe("connecting");
    bench.wire.open();
    bench.wire.attached();
    await endedMissing(bench);
    expect(bench.requests).toHaveLength(3);
    expect(bench.session.view.tried).toEqual([{}, { shell: "/bin/sh" }]);
    expect(bench.states.at(-1)).toBe("ended");
  });

  it("is a Windows one where the node says so and the pod does not", async () => {
    const bench = await started();
    bench.windowsNode = true;
    await endedMissing(bench);
    expect(bench.requests).toEqual(["create 100x30", "node", "create powershell 100x30"]);
    bench.wire.open();
    bench.wire.attached();
    await endedMissing(bench);
    bench.wire.open();
    bench.wire.attached();
    await endedMissing(bench);
    expect(bench.requests.slice(3)).toEqual(["create cmd 100x30"]);
    expect(bench.states.at(-1)).toBe("ended");
    expect(bench.session.view.tried).toEqual([{}, { shell: "powershell" }, { shell: "cmd" }]);
  });

  it("is asked for again as it was, when the request was refused", async () => {
    const bench = new SessionBench();
    bench.failures.create = new Error("no answer");
    bench.session.start();
    await settle();
    bench.failures = {};
    bench.session.retry();
    await settle();
    expect(bench.requests).toEqual(["create 80x24", "create 80x24"]);
  });

  it("is not asked for again once it has shown something: then something ran", async () => {
    const bench = await started();
    bench.wire.output("$ ");
    await endedMissing(bench);
    expect(bench.requests).toEqual(["create 100x30"]);
    expect(bench.states.at(-1)).toBe("ended");
  });

  it("is not asked for again by a page that comes back to it", async () => {
    const bench = await started("s1");
    await endedMissing(bench);
    expect(bench.requests).toEqual(["ticket s1"]);
    expect(bench.states.at(-1)).toBe("ended");
  });

  it("is not asked for again when it failed for another reason", async () => {
    const bench = await started();
    const ending = { kind: "failed", message: "permission denied" } as const;
    bench.wire.event({ type: "ended", ending, end: END, lastedMs: 5 });
    await settle();
    expect(bench.requests).toEqual(["create 100x30"]);
  });
});
