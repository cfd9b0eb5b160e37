// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import type { TerminalSummary } from "#components/terminal/pane/terminal-summary.ts";
import {
  changeContainer,
  isLive,
  keepBells,
  keepTabs,
  MAX_TABS,
  openTab,
  removeTab,
  ringTab,
  stepTab,
  summarizeTab,
  useTabs,
} from "./tabs-store.ts";

const LIVE: TerminalSummary = { state: "live", title: null, exitCode: null, sessionId: "s1" };

function open(pod: string): string {
  const target = {
    cluster: "demo",
    namespace: "default",
    pod,
    container: "app",
    containers: ["app", "sidecar"],
  };
  openTab({ kind: "shell", target, sessionId: null });
  return useTabs.getState().active ?? "";
}

const pods = () => useTabs.getState().tabs.map(({ target }) => target.pod);
const find = (id: string) => useTabs.getState().tabs.find((tab) => tab.id === id);

beforeEach(() => {
  sessionStorage.clear();
  useTabs.setState({ tabs: [], active: null, summaries: {}, rung: new Set() });
});

describe("tabs", () => {
  it("open beside the active one and become active; the same pod may be open twice", () => {
    const first = open("a");
    open("b");
    useTabs.setState({ active: first });
    open("a");
    expect(pods()).toEqual(["a", "a", "b"]);
  });

  it("give the view to their neighbour when they go, and leave it alone when another was active", () => {
    const [a, b, c] = [open("a"), open("b"), open("c")];
    removeTab(c);
    expect(useTabs.getState().active).toBe(b);
    removeTab(a);
    expect(useTabs.getState().active).toBe(b);
    removeTab(b);
    expect(useTabs.getState().active).toBeNull();
  });

  it("are stepped through around the end", () => {
    const [a, b] = [open("a"), open("b")];
    stepTab(1);
    expect(useTabs.getState().active).toBe(a);
    stepTab(-1);
    expect(useTabs.getState().active).toBe(b);
  });

  it("remember the session that their pane made", () => {
    const id = open("a");
    expect(isLive(find(id)!, undefined)).toBe(false);
    summarizeTab(id, LIVE);
    expect(find(id)?.sessionId).toBe("s1");
    expect(isLive(find(id)!, LIVE)).toBe(true);
    expect(isLive(find(id)!, { ...LIVE, state: "ended" })).toBe(false);
  });

  it("begin without a session in another container", () => {
    const id = open("a");
    summarizeTab(id, LIVE);
    changeContainer(id, "sidecar");
    expect(find(id)).toMatchObject({ sessionId: null, target: { container: "sidecar" } });
  });

  it("survive a reload, with their sessions and without what a pane has to say anew", () => {
    const stop = keepTabs();
    const id = open("a");
    summarizeTab(id, LIVE);
    stop();
    useTabs.setState({ tabs: [], active: null, summaries: {} });
    keepTabs()();
    expect(useTabs.getState()).toMatchObject({ active: id, summaries: {} });
    expect(find(id)?.sessionId).toBe("s1");
  });

  it("begin empty when what was kept cannot be read", () => {
    sessionStorage.setItem("porthole.tabs", "{not json");
    keepTabs()();
    expect(pods()).toEqual([]);
  });

  it("are marked by a bell until they are looked at", () => {
    const stop = keepBells();
    const [a, b] = [open("a"), open("b")];
    ringTab(b);
    expect(useTabs.getState().rung.size).toBe(0);
    ringTab(a);
    expect([...useTabs.getState().rung]).toEqual([a]);
    stepTab(1);
    expect(useTabs.getState().active).toBe(a);
    expect(useTabs.getState().rung.size).toBe(0);
    stop();
  });

  it("are not more than a page can bear", () => {
    for (let count = 0; count < MAX_TABS; count += 1) open(`pod-${count}`);
    expect(openTab({ ...find(open("x"))!, kind: "log" })).toBe(false);
    expect(pods()).toHaveLength(MAX_TABS);
  });
});
