import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { KubeError } from "#server/kube/errors.ts";
import type { Cluster } from "#server/kube/types.ts";
import { SignedIn } from "#server/testing/signed-in.ts";
import { Grant, podRight, type Right } from "./grant.ts";
import {
  JITTER,
  RECHECK_MS,
  RETRY_MS,
  REVIEW_LIMIT_MS,
  RightWatch,
  rightWords,
  YES_LASTS_MS,
} from "./right-watch.ts";

/** What no stream may outlive its last yes by. */
const BOUND_MS = 15_000;
const cluster = { key: "demo", name: "demo" } as Cluster;
const exec = podRight("exec", "default", "shell");

type Answer = "yes" | "slow" | "no" | "fails" | "hangs";

/** A watch whose API server answers as the test says. */
class Bench {
  answer: Answer = "yes";
  random = 0;
  readonly asked: { at: number; right: Right }[] = [];
  readonly people = new SignedIn();
  readonly watch = new RightWatch({
    random: () => this.random,
    ask: async (_cluster, right, signal) => {
      const askedAt = performance.now();
      this.asked.push({ at: askedAt, right });
      if (this.answer === "fails") throw new KubeError("STATUS", "the API server answered 500");
      if (this.answer === "hangs") {
        await new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(new Error("given up"))),
        );
      }
      if (this.answer === "slow") {
        await new Promise((resolve) => setTimeout(resolve, REVIEW_LIMIT_MS / 2));
        return { askedAt, verdict: { allowed: true } };
      }
      const allowed = this.answer === "yes";
      return { askedAt, verdict: { allowed, ...(allowed ? {} : { reason: "RBAC says no." }) } };
    },
  });

  grant(right = exec, yesAt: number | null = performance.now(), who = "ann", asked = cluster): Grant {
    let remove = () => {};
    const grant = new Grant(this.people.caller(who), "demo", right, () => remove());
    remove = this.watch.add(grant, asked, right, yesAt);
    return grant;
  }
}

describe("a right that is asked again while something lives by it", () => {
  let bench: Bench;

  beforeEach(() => {
    vi.useFakeTimers();
    bench = new Bench();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is asked every 10 s, and goes on as long as the answer is yes", async () => {
    const grant = bench.grant();
    await vi.advanceTimersByTimeAsync(60 * RECHECK_MS);
    expect(bench.asked).toHaveLength(60);
    expect(grant.ended).toBeNull();
  });

  it("is asked up to a fifth earlier, so that not all come at once", async () => {
    bench.random = 1;
    bench.grant();
    const opened = performance.now();
    await vi.advanceTimersByTimeAsync(RECHECK_MS);
    expect(bench.asked.map(({ at }) => at - opened)).toEqual([RECHECK_MS * (1 - JITTER)]);
  });

  it("is one question for all who would ask the same, and ends all of them at once", async () => {
    const grants = [bench.grant(), bench.grant(exec, performance.now(), "bob"), bench.grant()];
    const other = bench.grant(podRight("exec", "default", "web"));
    bench.answer = "no";
    await vi.advanceTimersByTimeAsync(RECHECK_MS);
    expect(bench.asked.map(({ right }) => right.name).sort()).toEqual(["shell", "web"]);
    const end: StreamEnd = {
      cause: "revoked",
      words: "the right to create pods/exec in default was taken away while this was open: RBAC says no.",
    };
    for (const grant of grants) expect(grant.ended).toEqual(end);
    expect(other.ended?.cause).toBe("revoked");
    expect(bench.watch.size).toBe(0);
  });

  it("counts from the verdict, so that a cached one adds nothing to the bound", async () => {
    bench.answer = "no";
    const grant = bench.grant(exec, performance.now() - RECHECK_MS + 100);
    await vi.advanceTimersByTimeAsync(100);
    expect(grant.ended?.cause).toBe("revoked");
  });

  it("counts from when it was asked for, so that a slow yes adds nothing either", async () => {
    const grant = bench.grant();
    bench.answer = "slow";
    await vi.advanceTimersByTimeAsync(RECHECK_MS);
    bench.answer = "hangs";
    await vi.advanceTimersByTimeAsync(YES_LASTS_MS - 1);
    expect(grant.ended).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(grant.ended?.cause).toBe("revoked");
  });

  it("joins a question with the later of two verdicts", async () => {
    bench.answer = "hangs";
    const first = bench.grant();
    await vi.advanceTimersByTimeAsync(5_000);
    const second = bench.grant();
    await vi.advanceTimersByTimeAsync(YES_LASTS_MS - 1);
    expect([first.ended, second.ended]).toEqual([null, null]);
    await vi.advanceTimersByTimeAsync(1);
    expect([first.ended?.cause, second.ended?.cause]).toEqual(["revoked", "revoked"]);
  });

  it("is not prolonged by requests that nobody said yes to, however many overlap", async () => {
    bench.answer = "hangs";
    const watch = bench.grant();
    const tries: Grant[] = [];
    for (let at = 0; at < BOUND_MS; at += 1_000) {
      tries.shift()?.release();
      tries.push(bench.grant(exec, null), bench.grant(exec, null));
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(watch.ended?.words).toContain("could not be confirmed");
  });

  it("is asked though requests that nobody said yes to come all the time", async () => {
    const watch = bench.grant();
    bench.answer = "no";
    for (let at = 0; at <= RECHECK_MS; at += 1_000) {
      await vi.advanceTimersByTimeAsync(1_000);
      bench.grant(exec, null).release();
    }
    expect(watch.ended?.words).toContain("taken away");
  });

  it("is asked at once when the credential is another, and what was answered to the former counts no more", async () => {
    const renewal = new AbortController();
    const before = { ...cluster, renewed: renewal.signal };
    bench.answer = "slow";
    const grant = bench.grant(exec, performance.now(), "ann", before);
    await vi.advanceTimersByTimeAsync(RECHECK_MS);
    expect(bench.asked).toHaveLength(1);
    bench.answer = "no";
    renewal.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(bench.asked).toHaveLength(2);
    expect(grant.ended?.words).toContain("taken away");
    await vi.advanceTimersByTimeAsync(REVIEW_LIMIT_MS);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(["fails", "hangs"] as const)("ends within 15 s of the last yes when the review %s", async (how) => {
    const grant = bench.grant();
    // A yes on the way: the bound counts from it, not from the opening.
    await vi.advanceTimersByTimeAsync(RECHECK_MS);
    const lastYes = bench.asked.at(-1)!.at;
    bench.answer = how;
    let endedAt = 0;
    grant.onEnd(() => {
      endedAt = performance.now();
    });
    await vi.advanceTimersByTimeAsync(BOUND_MS);
    expect(endedAt - lastYes).toBe(YES_LASTS_MS);
    expect(YES_LASTS_MS).toBeLessThan(BOUND_MS);
    expect(grant.ended?.cause).toBe("revoked");
    expect(grant.ended?.words).toContain("could not be confirmed");
    expect(grant.ended?.words).toContain(how === "fails" ? "answered 500" : "did not answer within 3 s");
    // It was tried more than once.
    expect(bench.asked.length).toBeGreaterThan(2);
  });

  it("says nothing of an error that is not meant for people", async () => {
    const watch = new RightWatch({
      ask: () => Promise.reject(new TypeError("Cannot read properties of null")),
    });
    const grant = bench.people.grant();
    watch.add(grant, cluster, exec, performance.now());
    await vi.advanceTimersByTimeAsync(BOUND_MS);
    expect(grant.ended?.words).toMatch(/could not be confirmed for 15 s$/);
  });

  it.each(["fails", "hangs"] as const)("survives a review that %s once", async (how) => {
    const grant = bench.grant();
    bench.answer = how;
    await vi.advanceTimersByTimeAsync(RECHECK_MS);
    expect(bench.asked).toHaveLength(1);
    bench.answer = "yes";
    await vi.advanceTimersByTimeAsync(REVIEW_LIMIT_MS + RETRY_MS);
    expect(bench.asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(10 * RECHECK_MS);
    expect(grant.ended).toBeNull();
  });

  it("ends within 15 s of the role's change, whenever that is and however the API server hangs", async () => {
    for (let offset = 0; offset <= RECHECK_MS; offset += 500) {
      const grant = bench.grant();
      bench.answer = "yes";
      await vi.advanceTimersByTimeAsync(RECHECK_MS * 3 + offset);
      // The worst that can be: the right goes, and so does the API server.
      bench.answer = "hangs";
      await vi.advanceTimersByTimeAsync(BOUND_MS - 500);
      expect(grant.ended?.cause).toBe("revoked");
    }
  });

  it("is asked no more, and leaves no timer, when nothing lives by it", async () => {
    const grants = [bench.grant(), bench.grant(), bench.grant(podRight("attach", "default"))];
    await vi.advanceTimersByTimeAsync(3 * RECHECK_MS);
    const asked = bench.asked.length;
    grants[0]?.release();
    grants[2]?.release();
    expect(bench.watch.size).toBe(1);
    grants[1]?.release();
    expect(bench.watch.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(10 * RECHECK_MS);
    expect(bench.asked).toHaveLength(asked);
    for (const grant of grants) expect(grant.ended).toBeNull();
  });

  it("leaves no timer when it is let go while a review hangs", async () => {
    bench.answer = "hangs";
    const grant = bench.grant();
    await vi.advanceTimersByTimeAsync(RECHECK_MS);
    grant.release();
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends for who signs out, and for nobody else", async () => {
    const [ann, bob] = [bench.grant(), bench.grant(exec, performance.now(), "bob")];
    bench.people.signOut("ann");
    expect(ann.ended).toEqual({ cause: "signed-out", words: "you signed out" });
    expect(bob.ended).toBeNull();
    bench.people.signOut("bob");
    expect(bench.watch.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("asks once before it ends what slept with the machine", async () => {
    const grant = bench.grant();
    // The clock went on and the timers did not: all that are due run in one turn.
    const awake = performance.now;
    vi.spyOn(performance, "now").mockImplementation(() => awake.call(performance) + 3_600_000);
    vi.advanceTimersByTime(YES_LASTS_MS);
    await vi.advanceTimersByTimeAsync(REVIEW_LIMIT_MS);
    expect(grant.ended).toBeNull();
    bench.answer = "hangs";
    await vi.advanceTimersByTimeAsync(BOUND_MS);
    expect(grant.ended?.cause).toBe("revoked");
    vi.restoreAllMocks();
  });

  it("ends what slept when nobody answers then either", async () => {
    const grant = bench.grant();
    bench.answer = "hangs";
    const awake = performance.now;
    vi.spyOn(performance, "now").mockImplementation(() => awake.call(performance) + 3_600_000);
    vi.advanceTimersByTime(YES_LASTS_MS);
    await vi.advanceTimersByTimeAsync(REVIEW_LIMIT_MS);
    expect(grant.ended?.cause).toBe("revoked");
    vi.restoreAllMocks();
  });
});

it("says a right as people do", () => {
  expect(rightWords(exec)).toBe("create pods/exec in default");
  expect(rightWords({ namespace: "", verb: "watch", resource: "nodes" })).toBe(
    "watch nodes at the cluster scope",
  );
});
