import { describe, expect, it } from "vitest";
import type { KubePod } from "#protocol/kube-object.ts";
import { bestPod } from "./pod-ranking.ts";

interface Traits {
  phase?: string;
  ready?: boolean;
  readySince?: string;
  restarts?: number;
  created?: string;
  deleting?: boolean;
}

function pod(name: string, traits: Traits = {}): KubePod {
  const { phase = "Running", ready = true, readySince = "2026-01-01T00:00:00Z", restarts = 0 } = traits;
  return {
    metadata: {
      name,
      uid: name,
      creationTimestamp: traits.created ?? "2026-01-01T00:00:00Z",
      ...(traits.deleting ? { deletionTimestamp: "2026-01-02T00:00:00Z" } : {}),
    },
    status: {
      phase,
      conditions: [{ type: "Ready", status: ready ? "True" : "False", lastTransitionTime: readySince }],
      containerStatuses: [{ restartCount: restarts }],
    },
  };
}

const best = (pods: KubePod[], current: string | null = null) => bestPod(pods, current)?.metadata?.name;

describe("bestPod", () => {
  it("takes only pods that run", () => {
    expect(best([pod("a", { phase: "Pending" }), pod("b", { phase: "Succeeded" })])).toBeUndefined();
    expect(best([])).toBeUndefined();
  });

  it("prefers a ready pod, then one that is not being deleted", () => {
    expect(best([pod("a", { ready: false }), pod("b", { deleting: true })])).toBe("b");
    expect(best([pod("a", { deleting: true }), pod("b")])).toBe("b");
  });

  it("stays with the pod in use while it is ready, however young it is", () => {
    const young = pod("young", { readySince: "2026-06-01T00:00:00Z" });
    expect(best([pod("old"), young], "young")).toBe("young");
    expect(best([pod("old"), pod("sick", { ready: false })], "sick")).toBe("old");
  });

  it("then prefers the longest ready, the fewest restarts, the oldest", () => {
    expect(best([pod("a", { readySince: "2026-02-01T00:00:00Z" }), pod("b")])).toBe("b");
    expect(best([pod("a", { restarts: 3 }), pod("b")])).toBe("b");
    expect(best([pod("a", { created: "2026-02-01T00:00:00Z" }), pod("b")])).toBe("b");
  });
});
