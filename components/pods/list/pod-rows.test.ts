import { describe, expect, it } from "vitest";
import { CRASHING, pod } from "../pod/pod.fixture.ts";
import { podRows } from "./pod-rows.ts";

const web = (name: string, broken = false) =>
  pod(name, { owner: ["StatefulSet", "web"], ...(broken ? { containers: [CRASHING] } : {}) });

describe("podRows", () => {
  it("puts a heading above the pods of each workload", () => {
    const { rows } = podRows([pod("shell"), web("web-0")], "", false);
    expect(rows.map((row) => (row.type === "group" ? row.group.kind : row.pod.name))).toEqual([
      "StatefulSet",
      "web-0",
      "Single pods",
      "shell",
    ]);
  });

  it("means the best match, and among equals the one that runs", () => {
    expect(podRows([web("web-0", true), web("web-1")], "web", false).best?.name).toBe("web-1");
    expect(
      podRows([pod("a-shell"), pod("shell", { containers: [CRASHING] })], "shell", false).best?.name,
    ).toBe("shell");
  });

  it("has nothing to mean when nothing matches", () => {
    expect(podRows([web("web-0")], "zzz", false)).toEqual({ rows: [], pods: [], best: null });
  });

  it("can leave out the pods that are well", () => {
    expect(podRows([web("web-0", true), web("web-1")], "", true).pods.map(({ name }) => name)).toEqual([
      "web-0",
    ]);
  });
});
