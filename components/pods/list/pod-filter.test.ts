import { describe, expect, it } from "vitest";
import { CRASHING, pod } from "../pod/pod.fixture.ts";
import { filterPods, matchPod } from "./pod-filter.ts";

const api = pod("payments-api-7c9f6-2xk8d", { namespace: "payments" });

describe("matchPod", () => {
  it("matches everything without a query", () => {
    expect(matchPod(api, "  ", false)).toEqual({ spans: [], score: 0 });
  });

  it("marks the letters it found, in any case", () => {
    expect(matchPod(api, "API", false)?.spans).toEqual([[9, 12]]);
  });

  it("wants every word, and joins spans that overlap", () => {
    expect(matchPod(api, "pay paym 2xk", false)?.spans).toEqual([
      [0, 4],
      [19, 22],
    ]);
    expect(matchPod(api, "pay nothing", false)).toBeNull();
  });

  it("looks at the namespace, the workload and the status too", () => {
    const pods = [
      pod("x", { namespace: "blue" }),
      pod("y", { owner: ["DaemonSet", "exporter"] }),
      pod("z", { containers: [CRASHING] }),
    ];
    expect(
      pods.map((one) => ["blue", "exporter", "crash"].filter((word) => matchPod(one, word, false))),
    ).toEqual([["blue"], ["exporter"], ["crash"]]);
  });

  it("finds letters that stand apart only when told to", () => {
    expect(matchPod(api, "pyapi", false)).toBeNull();
    expect(matchPod(api, "pyapi", true)?.spans).toEqual([
      [0, 1],
      [2, 3],
      [9, 12],
    ]);
    expect(matchPod(api, "ipa", true)).toBeNull();
  });

  it("rates the beginning of the name above the beginning of a word above the inside", () => {
    const score = (query: string) => matchPod(api, query, true)?.score ?? -1;
    expect(score("pay")).toBeGreaterThan(score("api"));
    expect(score("api")).toBeGreaterThan(score("ments"));
    expect(score("ments")).toBeGreaterThan(score("pymts"));
  });
});

describe("filterPods", () => {
  it("leaves the loose matches out while there are exact ones", () => {
    const loose = pod("prometheus-gateway", { namespace: "observability" });
    expect([...filterPods([api, loose], "pay").keys()]).toEqual([api]);
    expect([...filterPods([loose], "pmgw").keys()]).toEqual([loose]);
  });
});
