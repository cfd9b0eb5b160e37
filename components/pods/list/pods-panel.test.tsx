// @vitest-environment happy-dom
import { useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { button, cleanUp, click, press, render, type, until } from "#components/ui/render.fixture.ts";
import { CRASHING, pod } from "../pod/pod.fixture.ts";
import { INITIAL_POD_STATE, type PodWatchState } from "../watch/pod-watch.ts";
import type { PodCommands } from "./pod-actions.ts";
import { PodsPanel } from "./pods-panel.tsx";

afterEach(cleanUp);

const owner: [string, string] = ["StatefulSet", "web"];
const PODS = [pod("web-0", { owner }), pod("web-1", { owner, containers: [CRASHING] }), pod("shell")];

interface Setup {
  state?: Partial<PodWatchState>;
  done: string[];
}

function Setup({ state, done }: Setup) {
  const [selected, setSelected] = useState<string | null>(null);
  const commands: PodCommands = {
    shell: ({ name }) => done.push(`shell ${name}`),
    byName: (key = "") => done.push(`by name ${key}`),
    choose: ({ name }) => done.push(`choose ${name}`),
    logs: ({ name }) => done.push(`logs ${name}`),
    openPort: ({ name }, port) => done.push(`open ${name} ${port}`),
    forward: ({ name }) => done.push(`forward ${name}`),
  };
  const feed = { ...INITIAL_POD_STATE, phase: "live" as const, pods: PODS, ...state };
  return (
    <PodsPanel
      cluster="demo"
      feed={{ ...feed, retry: () => done.push("retry") }}
      selected={selected}
      access={null}
      commands={commands}
      onSelect={setSelected}
      onNamespace={(namespace) => done.push(`namespace ${namespace}`)}
    />
  );
}

async function draw(state?: Partial<PodWatchState>) {
  const done: string[] = [];
  const { host } = await render(<Setup {...(state ? { state } : {})} done={done} />);
  const input = host.querySelector<HTMLInputElement>('[role="combobox"]');
  if (!input) throw new Error("there is no filter");
  return {
    host,
    done,
    input,
    names: () => [...host.querySelectorAll("[role=row] [title]")].map((row) => row.getAttribute("title")),
  };
}

function selectedName(host: HTMLElement): string | null | undefined {
  return host.querySelector('[aria-selected="true"] [title]')?.getAttribute("title");
}

describe("PodsPanel", () => {
  it("finds a pod by a few letters and opens a shell in it with Enter", async () => {
    const { host, done, input, names } = await draw();
    expect(names()).toEqual(["web-0", "web-1", "shell"]);
    await type(input, "she");
    expect(names()).toEqual(["shell"]);
    expect(host.querySelector("b")?.textContent).toBe("she");
    await press(input, "Enter");
    expect(done).toEqual(["shell shell"]);
  });

  it("goes on by keyboard in the row that was clicked, and leaves Enter on a button to the button", async () => {
    const { host, done, input } = await draw();
    await press(input, "ArrowDown");
    const row = host.querySelector<HTMLElement>('[role="row"][aria-selected="true"]')!;
    await press(row.querySelector("button")!, "Enter");
    expect(done).toEqual([]);
    await press(row, "ArrowDown");
    expect(selectedName(host)).toBe("web-1");
    await press(row, "Enter");
    expect(done).toEqual(["shell web-1"]);
  });

  it("moves the selection with the arrow keys while the letters go to the filter", async () => {
    const { host, input } = await draw();
    await press(input, "ArrowDown");
    await press(input, "ArrowDown");
    expect(selectedName(host)).toBe("web-1");
    await press(input, "ArrowUp");
    expect(selectedName(host)).toBe("web-0");
    expect(input.getAttribute("aria-activedescendant")).toBe(
      host.querySelector('[aria-selected="true"]')?.id,
    );
  });

  it("shows the selected pod's state and says why there is no shell in it", async () => {
    const { host, input } = await draw();
    await type(input, "web-1");
    expect(host.textContent).toContain("CrashLoopBackOff · 0/1 ready · 12 restarts");
    expect(button(host, "Shell")?.getAttribute("aria-disabled")).toBe("true");
    expect(host.textContent).toContain("Open Logs to see why");
    expect(button(host, "Logs")?.hasAttribute("aria-disabled")).toBe(false);
  });

  it("can show only what needs attention", async () => {
    const { host, names } = await draw();
    await click(button(host, "1 pod needs attention"));
    expect(names()).toEqual(["web-1"]);
  });

  it("says that nothing matches, and takes the filter away again", async () => {
    const { host, input, names } = await draw();
    await type(input, "zzz");
    expect(host.textContent).toContain("No pod matches “zzz”");
    expect(input.getAttribute("aria-expanded")).toBe("false");
    await click(button(host, "Clear the filter"));
    expect(names()).toHaveLength(3);
  });

  it("shows what was known, and since when, while the watch is broken", async () => {
    const knownAt = Date.parse("2026-11-20T12:04:00");
    const { host, done } = await draw({
      phase: "stale",
      knownAt,
      problem: { status: 0, message: "No answer." },
    });
    expect(host.textContent).toContain("Not live: showing what was known at 12:04:00");
    expect(host.textContent).toContain("No answer.");
    await click(button(host, "Try now"));
    expect(done).toEqual(["retry"]);
  });

  it("asks for a namespace when none may be listed", async () => {
    const problem = { status: 403, message: "pods is forbidden: no" };
    const { host, done } = await draw({ phase: "failed", pods: [], problem });
    await until(() => host.textContent?.includes("You may not list pods in all namespaces") === true);
    const field = host.querySelector<HTMLInputElement>('[aria-label="Namespace"]');
    if (field) await type(field, "team-a");
    await click(button(host, "Show"));
    expect(done).toEqual(["namespace team-a"]);
  });

  it.each(["Team A!", "team_a", "-a", "a".repeat(64), "kube-system/../x"])(
    "says of a namespace that cannot be one so, and not that it may not be listed: %s",
    async (namespace) => {
      const problem = { status: 403, message: "cannot be a namespace: no" };
      const { host, done } = await draw({ phase: "failed", pods: [], namespace, problem });
      await until(() => host.textContent?.includes(`“${namespace}” is no name of a namespace`) === true);
      expect(host.textContent).toContain(problem.message);
      expect(host.textContent).not.toMatch(/may not|may be yours/);
      const field = host.querySelector<HTMLInputElement>('[aria-label="Namespace"]');
      if (field) await type(field, "team-a");
      await click(button(host, "Show"));
      expect(done).toEqual(["namespace team-a"]);
    },
  );

  it("offers the namespaces where pods may be listed", async () => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (path: string) => {
      asked.push(path);
      return Response.json({ all: false, namespaces: ["team-b"], refused: ["team-a"] });
    });
    const problem = { status: 403, message: "pods is forbidden: no" };
    const { host, done } = await draw({ phase: "failed", pods: [], problem });
    await until(() => host.textContent?.includes("Pods may be listed in:") === true);
    expect(host.textContent).not.toContain("team-a");
    await click(button(host, "team-b"));
    expect(done).toEqual(["namespace team-b"]);
    expect(asked).toEqual(["/api/clusters/demo/pod-namespaces"]);
    vi.unstubAllGlobals();
  });

  it.each([
    [{ phase: "loading" as const }, "Loading the pods of demo"],
    [{ phase: "live" as const, namespace: "empty" }, "There are no pods in empty"],
    [
      { phase: "failed" as const, problem: { status: 401, message: "token expired" } },
      "demo refused the credential",
    ],
    [{ phase: "failed" as const, problem: { status: 502, message: "ECONNREFUSED" } }, "demo cannot be read"],
    [
      { phase: "failed" as const, problem: { status: 0, message: "x", portholeMissing: true as const } },
      "Porthole does not answer",
    ],
    [{ phase: "failed" as const, problem: { status: 0, message: "cut" } }, "demo cannot be read"],
    [
      { phase: "polled" as const, knownAt: Date.parse("2026-11-20T12:03:04"), namespace: "empty" },
      "Not live: as of 12:03:04. Pods can be listed here and not watched, so",
    ],
  ])("has words for %j", async (state, words) => {
    const { host } = await draw({ pods: [], ...state });
    expect(host.textContent).toContain(words);
  });
});
