// @vitest-environment happy-dom
/** What is only attached to is no shell that ends: every place that asks or tells says so. */
import { act } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { TerminalMenuItems } from "#components/terminal/pane/terminal-menu-items.tsx";
import type { RunChoice, RunKind } from "#components/terminal/session/run-choice.ts";
import { Toaster } from "#components/ui/overlay/toast.tsx";
import { cleanUp, render } from "#components/ui/render.fixture.ts";
import { useLayout } from "../layout/layout-store.ts";
import { CloseTabDialog } from "./close-tab-dialog.tsx";
import { endShell, openSession } from "./open-tabs.ts";
import type { Tab } from "./tab.ts";
import { useTabs } from "./tabs-store.ts";
import { useLeaveGuard } from "./use-leave-guard.ts";

const RUNS: Record<RunKind, RunChoice | undefined> = {
  shell: undefined,
  command: { kind: "command", command: ["psql"] },
  attach: { kind: "attach", stdin: true, tty: true },
};

function tabOf(kind: RunKind): Tab {
  const target = { cluster: "demo", namespace: "shop", pod: "web-0", container: "app", containers: ["app"] };
  return { id: "t1", kind: "shell", sessionId: "s1", target: { ...target, run: RUNS[kind] } };
}

afterEach(async () => {
  await cleanUp();
  vi.unstubAllGlobals();
  useTabs.setState({ tabs: [], active: null, summaries: {} });
  useLayout.setState({ closingTab: null });
});

describe("what runs in a tab", () => {
  it.each([
    ["shell", "A shell runs in it.", ["End shell", "Leave running"]],
    ["command", "A command runs in it.", ["End command", "Leave running"]],
    ["attach", "which runs on either way", ["Detach", "Leave attached"]],
  ] as const)("is asked about when the tab is closed: %s", async (kind, words, answers) => {
    useTabs.setState({ tabs: [tabOf(kind)], active: "t1" });
    useLayout.setState({ closingTab: "t1" });
    const { host } = await render(<CloseTabDialog />);
    expect(host.textContent).toContain(words);
    const buttons = [...host.querySelectorAll("button")].map((button) => button.textContent);
    expect(buttons.filter(Boolean)).toEqual(answers);
  });

  it.each([
    ["shell", true],
    ["command", true],
    ["attach", false],
  ] as const)("keeps a window from closing when it is its own: %s", async (kind, asked) => {
    function Guarded() {
      useLeaveGuard();
      return null;
    }
    useTabs.setState({ tabs: [tabOf(kind)], active: "t1" });
    await render(<Guarded />);
    const leaving = new Event("beforeunload", { cancelable: true });
    window.dispatchEvent(leaving);
    expect(leaving.defaultPrevented).toBe(asked);
  });

  it.each([
    ["shell", "End the shell"],
    ["command", "End the command"],
    ["attach", "Detach"],
  ] as const)("is ended, or let go of, from the menu: %s", async (runKind, label) => {
    const nothing = () => {};
    const { host } = await render(
      <TerminalMenuItems
        running
        runKind={runKind}
        clipboardAllowed={false}
        onClipboardAllowed={nothing}
        onSearch={nothing}
        onTranscript={nothing}
        onReset={nothing}
        onEnd={nothing}
        onClose={nothing}
      />,
    );
    const items = [...host.querySelectorAll('[role="menuitem"]')].map((item) => item.textContent);
    expect(items.slice(-2)).toEqual([label, "Close the tab"]);
  });

  it.each([
    ["shell", "The shell in web-0 was not ended."],
    ["command", "The command in web-0 was not ended."],
    ["attach", "Still attached to web-0."],
  ] as const)("is named when it could not be ended: %s", async (kind, words) => {
    vi.stubGlobal("fetch", async () => Response.json({ message: "no" }, { status: 502 }));
    const { host } = await render(<Toaster />);
    await act(() => endShell("s1", "web-0", kind));
    expect(host.textContent).toContain(words);
  });

  it.each([
    [{ command: ["sh", "-c", "exec bash"] }, undefined],
    [{ command: ["psql"], run: "command" as const }, RUNS.command],
    [{ command: [], attach: { stdin: true, tty: true } }, RUNS.attach],
  ])("is known of a session that another window began: %j", (session, run) => {
    const place = { id: "s9", cluster: "demo", namespace: "shop", pod: "web-0", container: "app" };
    openSession({ ...place, startedAt: 1, viewers: 0, ending: null, ...session });
    expect(useTabs.getState().tabs[0]?.target.run).toEqual(run);
  });
});
