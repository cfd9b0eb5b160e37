// @vitest-environment happy-dom
/** The pane's lifetimes with the real xterm: React's strict mode mounts everything twice, and must not run two shells. */
import { act, StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { until } from "#components/ui/render.fixture.ts";
import { Channel } from "#protocol/channel.ts";
import { decodeText } from "#protocol/text.ts";
import type { PodFate } from "../session/pod-fate.ts";
import { ScriptedSocket } from "../session/scripted-socket.fixture.ts";
import { TARGET } from "../session/session-bench.fixture.ts";
import { TerminalPane } from "./terminal-pane.tsx";
import type { TerminalSummary } from "./terminal-summary.ts";

const requests: string[] = [];
const sockets: { url: string; wire: ScriptedSocket }[] = [];
const summaries: TerminalSummary[] = [];
let sessions = 0;
let bells = 0;
let fate: PodFate | null = null;
let deletedBy: number | null = null;
const opened: string[] = [];
let root: Root;
let container: HTMLElement;

function answer(path: string, method: string): Response {
  requests.push(`${method} ${path}`);
  if (path === "/api/sessions") {
    sessions += 1;
    return Response.json({ id: `s${sessions}`, ticket: "t", startedAt: 1_000 }, { status: 201 });
  }
  return Response.json({ ticket: "t", expiresAt: 0 }, { status: 201 });
}

function render(sessionId: string | null, target = TARGET) {
  return act(async () => {
    root.render(
      <StrictMode>
        <TerminalPane
          target={{ ...target, containers: [target.container] }}
          sessionId={sessionId}
          active={true}
          onSummary={(summary) => summaries.push(summary)}
          onBell={() => (bells += 1)}
          deletedBy={deletedBy}
          askFate={async () => fate}
          onSuccessor={({ pod }) => opened.push(pod)}
          onContainerChange={() => {}}
          onEnd={() => {}}
          onChoose={() => {}}
          onClose={() => {}}
        />
      </StrictMode>,
    );
  });
}

async function untilSockets(count: number): Promise<ScriptedSocket> {
  await act(() => vi.waitFor(() => expect(sockets).toHaveLength(count)));
  return sockets[count - 1]!.wire;
}

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("fetch", async (path: string, init?: RequestInit) => answer(path, init?.method ?? "GET"));
  vi.stubGlobal(
    "WebSocket",
    class extends ScriptedSocket {
      constructor(url: string) {
        super();
        sockets.push({ url, wire: this });
      }
    },
  );
  requests.length = 0;
  sockets.length = 0;
  summaries.length = 0;
  sessions = 0;
  bells = 0;
  fate = null;
  deletedBy = null;
  opened.length = 0;
  container = document.createElement("div");
  document.body.append(container);
  root = createRoot(container);
});
afterEach(async () => {
  await act(async () => root.unmount());
  container.remove();
  vi.unstubAllGlobals();
});

describe("TerminalPane", () => {
  it("starts one shell and opens one socket, though it is mounted twice", async () => {
    await render(null);
    const wire = await untilSockets(1);
    await act(async () => {
      wire.open();
      wire.attached();
    });
    expect(requests).toEqual(["POST /api/sessions"]);
    expect(container.querySelectorAll(".xterm")).toHaveLength(1);
    expect(summaries.at(-1)).toEqual({ state: "live", title: null, exitCode: null, sessionId: "s1" });
  });

  it("does not start again when the page hands back the session it was told of", async () => {
    await render(null);
    await untilSockets(1);
    await render("s1");
    expect(requests).toEqual(["POST /api/sessions"]);
    expect(sockets).toHaveLength(1);
  });

  it("comes back to a session by a ticket, and makes none", async () => {
    await render("s9");
    await untilSockets(1);
    expect(requests).toEqual(["POST /api/tickets"]);
    expect(sockets[0]?.url).toMatch(/^ws:\/\/.*\/api\/sessions\/s9\/stream\?from=0$/);
  });

  it("starts a shell in the other container, and lets go of the first one without ending it", async () => {
    await render(null);
    const first = await untilSockets(1);
    await render("s1", { ...TARGET, container: "sidecar" });
    await untilSockets(2);
    expect(requests).toEqual(["POST /api/sessions", "POST /api/sessions"]);
    expect(first.closedByPage).toBe(true);
    expect(sockets[1]?.url).toContain("/s2/");
  });

  it("draws output and can be asked for it, says how it ended, and starts again only on demand", async () => {
    await render(null);
    const wire = await untilSockets(1);
    await act(async () => {
      wire.open();
      wire.attached();
      wire.output("hello\r\n");
      wire.event({
        type: "ended",
        ending: { kind: "exited", code: 3 },
        end: { cause: "exited", words: "the command ended" },
        lastedMs: 1_000,
      });
      wire.closed(1000);
    });
    const host = container.querySelector("[data-testid=terminal]") as HTMLElement & {
      porthole: { text(): string };
    };
    await act(() => vi.waitFor(() => expect(host.porthole.text()).toBe("hello")));
    expect(Object.keys(host)).not.toContain("porthole");
    expect(container.querySelector("[data-testid=end-note]")?.textContent).toContain("exit 3");
    expect(summaries.at(-1)).toMatchObject({ state: "ended", exitCode: 3 });

    const again = [...container.querySelectorAll("button")].find(
      (button) => button.textContent === "New shell",
    );
    await act(async () => again?.click());
    await untilSockets(2);
    expect(requests).toEqual(["POST /api/sessions", "POST /api/sessions"]);
    expect(container.querySelectorAll(".xterm")).toHaveLength(1);
  });

  it("asks before it pastes lines that would run as they arrive, and pastes them without what was taken out", async () => {
    await render(null);
    const wire = await untilSockets(1);
    await act(async () => {
      wire.open();
      wire.attached();
    });
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "one\x1b[201~\ntwo");
    const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    await act(async () => container.querySelector("textarea")?.dispatchEvent(paste));
    expect(paste.defaultPrevented).toBe(true);
    expect(wire.sentOn(Channel.Stdin)).toEqual([]);

    const question = container.querySelector("[data-testid=pane-notice-paste]");
    expect(question?.textContent).toContain("Paste 2 lines?");
    await act(async () => question?.querySelector("button")?.click());
    expect(wire.sentOn(Channel.Stdin).map(decodeText)).toEqual(["one[201~\rtwo"]);
    expect(container.querySelector("[data-testid=pane-notice-paste]")).toBeNull();
  });

  it("says that the pod was deleted, and leads to its successor instead of into nothing", async () => {
    fate = { kind: "deleted", successor: { pod: "shell-2", container: "main", containers: ["main"] } };
    await render(null);
    const wire = await untilSockets(1);
    await act(async () => {
      wire.open();
      wire.attached();
      wire.event({
        type: "ended",
        ending: { kind: "exited", code: 137 },
        end: { cause: "exited", words: "the command ended" },
        lastedMs: 1_000,
      });
      wire.closed(1000);
    });
    const note = () => container.querySelector("[data-testid=end-note]");
    await act(() => vi.waitFor(() => expect(note()?.textContent).toContain("The pod was deleted")));
    expect(note()?.textContent).not.toContain("memory");
    expect(container.querySelector("[role=status]")?.textContent).toContain("The pod was deleted");
    const buttons = [...(note()?.querySelectorAll("button") ?? [])];
    expect(buttons.map(({ textContent }) => textContent)).toEqual([
      "Close",
      "Transcript",
      "Shell in its successor",
    ]);
    await act(async () => buttons.at(-1)?.click());
    expect(opened).toEqual(["shell-2"]);
  });

  it("says before the shell ends that its pod is being deleted, how long there is, and where to go on", async () => {
    await render(null);
    const wire = await untilSockets(1);
    await act(async () => {
      wire.open();
      wire.attached();
    });
    const note = () => container.querySelector("[data-testid=leaving-note]");
    expect(note()).toBeNull();
    fate = { kind: "deleted", successor: { pod: "shell-2", container: "main", containers: ["main"] } };
    deletedBy = Date.now() + 29_500;
    await render("s1");
    await until(() => note()?.textContent?.includes("successor") === true);
    expect(note()?.textContent).toMatch(/This pod is being deleted: the shell ends within (30|29) s\./);
    // An event that comes again gives no time back.
    deletedBy = Date.now() + 3_600_000;
    await render("s1");
    expect(note()?.querySelector("p")?.textContent).toMatch(/within (30|29|28) s/);
    await act(async () => note()?.querySelector("button")?.click());
    expect(opened).toEqual(["shell-2"]);
    deletedBy = Date.now() - 1;
    await render("s1");
    await until(
      () => note()?.querySelector("p")?.textContent?.includes("the shell ends at any moment.") === true,
    );
    await act(async () => note()?.querySelector<HTMLElement>("[aria-label=Dismiss]")?.click());
    expect(note()).toBeNull();
    expect(requests).toEqual(["POST /api/sessions"]);
  });

  it("tells of the bell", async () => {
    await render(null);
    const wire = await untilSockets(1);
    await act(async () => {
      wire.open();
      wire.attached();
      wire.output("done\x07");
    });
    await act(() => vi.waitFor(() => expect(bells).toBe(1)));
  });

  it("shows that it is cut off, and what waits to be sent", async () => {
    await render(null);
    const wire = await untilSockets(1);
    await act(async () => {
      wire.open();
      wire.attached();
      wire.closed(1006);
    });
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "ls");
    const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true });
    await act(async () => container.querySelector("textarea")?.dispatchEvent(paste));
    expect(container.querySelector("[data-testid=terminal-state]")?.textContent).toBe("reconnecting");
    expect(container.querySelector("[data-testid=kept-input]")?.textContent).toContain(
      "2 bytes typed meanwhile",
    );
    expect(summaries.at(-1)?.state).toBe("reconnecting");

    const again = await untilSockets(2);
    await act(async () => {
      again.open();
      again.attached();
    });
    expect(again.sentOn(Channel.Stdin).map(decodeText)).toEqual(["ls"]);
    expect(container.querySelector("[data-testid=away-note]")).toBeNull();
  });

  it("leaves nothing in the page when it goes", async () => {
    await render(null);
    const wire = await untilSockets(1);
    await act(async () => root.render(null));
    expect(wire.closedByPage).toBe(true);
    expect(container.querySelector(".xterm")).toBeNull();
  });
});
