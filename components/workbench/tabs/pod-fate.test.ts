import { afterEach, describe, expect, it, vi } from "vitest";
import { kubePod, RUNNING } from "#components/pods/pod/pod.fixture.ts";
import { fateWords } from "#components/terminal/session/fate-words.ts";
import { wasCutOff } from "#components/terminal/session/pod-fate.ts";
import type { ContainerState, ContainerStatus, KubePod } from "#protocol/kube-object.ts";
import type { Ending } from "#protocol/status.ts";
import type { EndCause } from "#protocol/stream-end.ts";
import { podFate } from "./pod-fate.ts";

const NAME = "api-7c9f6b5d4c-b4lqz";
const TARGET = { cluster: "prod/eu", namespace: "shop", pod: NAME, container: "app", containers: ["app"] };
/** The fixture's pods were made half an hour before. */
const SINCE = Date.parse("2026-11-20T10:30:00Z");
const OWNED = {
  namespace: "shop",
  owner: ["ReplicaSet", "api-7c9f6b5d4c"] as [string, string],
  hash: "7c9f6b5d4c",
};

/** @param pod null: 404 */
function cluster(pod: KubePod | null, others: KubePod[] = [], status = 404): void {
  vi.stubGlobal("fetch", async (path: string) => {
    expect(path).toMatch(/^\/clusters\/prod%2Feu\/api\/v1\/namespaces\/shop\/pods/);
    if (path.includes("?")) return Response.json({ items: others });
    return pod ? Response.json(pod) : Response.json({ message: "no" }, { status });
  });
}

function deleted(pod: KubePod): KubePod {
  return { ...pod, metadata: { ...pod.metadata, deletionTimestamp: "2026-11-20T11:00:00Z" } };
}

function ended(reason: string, finishedAt: string): ContainerStatus {
  const terminated: ContainerState["terminated"] = { reason, exitCode: 137, finishedAt };
  return { ...RUNNING, lastState: { terminated } };
}

const ask = () => podFate(TARGET, SINCE, new AbortController().signal);
const SUCCESSOR = { pod: "api-7c9f6b5d4c-kx7zq", container: "app", containers: ["app"] };

afterEach(() => vi.unstubAllGlobals());

describe("podFate", () => {
  it.each([
    ["gone", null],
    ["on its way", deleted(kubePod(NAME, OWNED))],
  ])("is a deleted pod that is %s, and the pod that took its place", async (_how, pod) => {
    cluster(pod, [
      kubePod("api-worker-5d4c7c9f6b-x2x2x", {
        ...OWNED,
        owner: ["ReplicaSet", "api-worker-5d4c7c9f6b"],
        hash: "5d4c7c9f6b",
      }),
      deleted(kubePod(NAME, OWNED)),
      kubePod(SUCCESSOR.pod, OWNED),
    ]);
    expect(await ask()).toEqual({ kind: "deleted", successor: SUCCESSOR });
  });

  it("names no successor that does not run yet", async () => {
    const waiting = { name: "app", state: { waiting: { reason: "ContainerCreating" } } };
    cluster(null, [kubePod(SUCCESSOR.pod, { ...OWNED, phase: "Pending", containers: [waiting] })]);
    expect(await ask()).toEqual({ kind: "deleted", successor: null });
  });

  it("knows a pod of the same name for another one", async () => {
    const owner: [string, string] = ["StatefulSet", "db"];
    const again = kubePod("db-0", { namespace: "shop", owner });
    again.metadata = { ...again.metadata, creationTimestamp: "2026-11-20T10:40:00Z" };
    cluster(again, [again]);
    const fate = await podFate({ ...TARGET, pod: "db-0" }, SINCE, new AbortController().signal);
    expect(fate).toMatchObject({ kind: "deleted", successor: { pod: "db-0" } });
  });

  it("is the memory limit only when the cluster says so, of an end during this shell", async () => {
    cluster(kubePod(NAME, { ...OWNED, containers: [ended("OOMKilled", "2026-11-20T10:45:00Z")] }));
    expect(await ask()).toEqual({ kind: "out-of-memory" });
    cluster(kubePod(NAME, { ...OWNED, containers: [ended("Error", "2026-11-20T10:45:00Z")] }));
    expect(await ask()).toEqual({ kind: "container-ended", words: "Error, exit code 137" });
    cluster(kubePod(NAME, { ...OWNED, containers: [ended("OOMKilled", "2026-11-20T10:15:00Z")] }));
    expect(await ask()).toBeNull();
  });

  it("is an eviction, in the cluster's words", async () => {
    const pod = kubePod(NAME, { ...OWNED, phase: "Failed" });
    cluster({ ...pod, status: { ...pod.status, reason: "Evicted", message: "The node was low on memory." } });
    expect(await ask()).toEqual({ kind: "evicted", words: "The node was low on memory." });
  });

  it("is nothing for a pod that is well, or that may not be read", async () => {
    cluster(kubePod(NAME, OWNED));
    expect(await ask()).toBeNull();
    cluster(null, [], 403);
    expect(await ask()).toBeNull();
  });
});

describe("the words of a fate", () => {
  it("claim no memory limit for a deleted pod, and name the successor", () => {
    const words = fateWords({ kind: "deleted", successor: SUCCESSOR }, "shell", " after 4 min 12 s");
    expect(words.sentence).toBe("The pod was deleted, and its shell with it after 4 min 12 s.");
    expect(words.hint).toContain(SUCCESSOR.pod);
  });
});

describe("wasCutOff", () => {
  it.each<[Ending, EndCause, boolean]>([
    [{ kind: "exited", code: 137 }, "exited", true],
    [{ kind: "unknown", message: "x" }, "lost", true],
    [{ kind: "failed", message: "container not found" }, "closed", true],
    [{ kind: "exited", code: 1 }, "exited", false],
    [{ kind: "unknown", message: "x" }, "ended-by-person", false],
    [{ kind: "exited", code: 137 }, "revoked", false],
  ])("of %o by %s is %s", (ending, cause, expected) => {
    expect(wasCutOff({ kind: "ended", ending, end: { cause, words: "w" }, lastedMs: 1 })).toBe(expected);
  });
});
