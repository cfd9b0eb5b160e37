// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cleanUp, click, press, render } from "#components/ui/render.fixture.ts";
import { useLayout } from "../layout/layout-store.ts";
import { TabStrip } from "./tab-strip.tsx";
import { openTab, ringTab, summarizeTab, useTabs } from "./tabs-store.ts";

function Strip() {
  const { tabs, active, summaries, rung } = useTabs();
  return <TabStrip tabs={tabs} active={active} summaries={summaries} rung={rung} cluster="demo" />;
}

const target = (pod: string, cluster = "demo") => ({
  cluster,
  namespace: "default",
  pod,
  container: "app",
  containers: ["app"],
});

beforeEach(() => {
  useTabs.setState({ tabs: [], active: null, summaries: {}, rung: new Set() });
  useLayout.setState({ closingTab: null });
  openTab({ kind: "shell", target: target("web-0"), sessionId: null });
  openTab({ kind: "log", target: target("db-0", "prod"), sessionId: null });
});
afterEach(cleanUp);

const tabs = (host: HTMLElement) => [...host.querySelectorAll<HTMLElement>('[role="tab"]')];
const crosses = (host: HTMLElement) => [...host.querySelectorAll<HTMLElement>('[title^="Close"]')];

describe("TabStrip", () => {
  it("is one stop for the tab key; arrows move along it", async () => {
    const { host } = await render(<Strip />);
    expect(tabs(host).map(({ tabIndex }) => tabIndex)).toEqual([-1, 0]);
    await press(tabs(host)[1]!, "ArrowLeft");
    expect(tabs(host).map((tab) => tab.getAttribute("aria-selected"))).toEqual(["true", "false"]);
  });

  it("says what a tab shows, how it is, and when it belongs to another cluster", async () => {
    summarizeTab(useTabs.getState().tabs[0]!.id, {
      state: "reconnecting",
      title: null,
      exitCode: null,
      sessionId: "s1",
    });
    const { host } = await render(<Strip />);
    expect(tabs(host).map((tab) => tab.textContent)).toEqual(["web-0, reconnecting", "db-0logon prod"]);
  });

  it("says that a program rang in a tab that was not looked at", async () => {
    ringTab(useTabs.getState().tabs[0]!.id);
    const { host } = await render(<Strip />);
    expect(tabs(host).map((tab) => tab.textContent)).toEqual(["web-0, its bell rang", "db-0logon prod"]);
    expect(tabs(host)[0]?.title).toContain("bell");
  });

  it("closes a tab without a running shell at once, also with Delete", async () => {
    const { host } = await render(<Strip />);
    await click(crosses(host)[0]);
    expect(tabs(host)).toHaveLength(1);
    await press(tabs(host)[0]!, "Delete");
    expect(tabs(host)).toHaveLength(0);
  });

  it("asks before it closes a tab in which a shell runs", async () => {
    const { id } = useTabs.getState().tabs[0]!;
    summarizeTab(id, { state: "live", title: null, exitCode: null, sessionId: "s1" });
    const { host } = await render(<Strip />);
    await click(crosses(host)[0]);
    expect(tabs(host)).toHaveLength(2);
    expect(useLayout.getState().closingTab).toBe(id);
  });
});
