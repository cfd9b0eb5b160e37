import { describe, expect, it } from "vitest";
import { readTabs, type Tab, tabDetail, tabTitle } from "./tab.ts";

function tab(id: string, pod: string, change: Partial<Tab> = {}, container = "app"): Tab {
  const target = { cluster: "demo", namespace: "default", pod, container, containers: [container] };
  return { id, kind: "shell", target, sessionId: null, ...change };
}

describe("tabTitle", () => {
  it.each([
    ["payments-api-7c9f6b5d4c-b4lqz", "payments-api b4lqz"],
    ["node-exporter-t8wzq", "node-exporter t8wzq"],
    ["payments-ledger-0", "payments-ledger-0"],
    ["shell", "shell"],
    ["load-tests", "load-tests"],
  ])("calls %s %s", (pod, title) => {
    expect(tabTitle(tab("1", pod))).toBe(title);
  });
});

describe("tabDetail", () => {
  it("says nothing of the only tab of a pod, and that it is a log", () => {
    const shell = tab("1", "web");
    const log = tab("2", "web", { kind: "log" });
    expect([shell, log].map((one) => tabDetail(one, [shell, log]))).toEqual(["", "log"]);
  });

  it("numbers tabs of the same container, and names containers that differ", () => {
    const tabs = [tab("1", "web"), tab("2", "web"), tab("3", "web", {}, "sidecar"), tab("4", "other")];
    expect(tabs.map((one) => tabDetail(one, tabs))).toEqual(["app 1", "app 2", "sidecar", ""]);
  });
});

describe("kept tabs", () => {
  it("come back as they were", () => {
    const tabs = [tab("1", "web", { sessionId: "s1" }), tab("2", "web", { kind: "log" })];
    expect(readTabs(JSON.parse(JSON.stringify({ tabs, active: "2" })), 10)).toEqual({ tabs, active: "2" });
  });

  it("leave out what is no tab, and what is too many", () => {
    const kept = {
      tabs: [null, 7, { id: "x" }, { ...tab("1", "a"), kind: "ftp" }, tab("2", "b"), tab("3", "c")],
    };
    expect(readTabs(kept, 1)).toEqual({ tabs: [tab("2", "b")], active: null });
    expect(readTabs({}, 1)).toEqual({ tabs: [], active: null });
    expect(readTabs({ tabs: "no" }, 1).tabs).toEqual([]);
  });
});
