// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";
import { PodsProblem } from "#components/pods/list/pods-notice.tsx";
import { cleanUp, render } from "#components/ui/render.fixture.ts";
import type { ClusterInfo } from "#protocol/api.ts";
import { ClusterNotice } from "./cluster-notice.tsx";
import { PlaceNotices } from "./place-notices.tsx";

afterEach(cleanUp);

const nothing = () => {};
const HINT = "It is not installed.\nInstall it:\n  brew install <b>it</b>";

/** The text keeps its lines on the screen, and is text. */
function expectLines(host: HTMLElement): void {
  expect(host.textContent).toContain(HINT);
  expect(host.querySelector("b")).toBeNull();
  const text = [...host.querySelectorAll("*")]
    .filter((element) => element.textContent?.includes(HINT))
    .at(-1);
  expect(text?.closest(".whitespace-pre-line")).toBeTruthy();
}

describe("PlaceNotices", () => {
  it("has a line for each thing to know, above everything", async () => {
    const missing = "KUBECONFIG names /nowhere, and there is no such file.";
    const list = { missing, unread: { since: 0, problem: "line 3" } };
    const { host, redraw } = await render(<PlaceNotices list={list} credential="The token expires at 9." />);
    const lines = () => [...host.querySelectorAll('[role="status"]')].map((line) => line.textContent);
    expect(lines()).toEqual([expect.stringContaining("line 3"), missing, "The token expires at 9."]);
    await redraw(<PlaceNotices list={{}} credential={undefined} />);
    expect(lines()).toEqual([]);
  });
});

describe("what is wrong with a cluster or its credential", () => {
  it("keeps its lines beside the pods, and says of a 401 what is known", async () => {
    const expired = "No (401). The token in the kubeconfig expired at 2026-01-01T12:00:00Z.";
    const problem = (status: number, message: string) => (
      <PodsProblem
        {...{ cluster: "prod", namespace: null, onRetry: nothing, onNamespace: nothing, onByName: nothing }}
        problem={{ status, message }}
      />
    );
    const { host, redraw } = await render(problem(401, expired));
    expect(host.textContent).toContain(expired);
    expect(host.textContent).not.toContain("may have expired");
    await redraw(problem(502, HINT));
    expectLines(host);
  });

  it("keeps its lines in the place of the pods", async () => {
    const cluster: ClusterInfo = {
      ...{ name: "prod", path: "/clusters/prod", server: "https://x", namespace: "default", user: "jane" },
      ...{ current: true, problem: HINT },
    };
    const list = {
      clusters: [cluster],
      loading: false,
      problem: null,
      seen: new Set<string>(),
      refresh: nothing,
    };
    const { host } = await render(
      <ClusterNotice list={list} wanted="prod" cluster={cluster} asked={false} />,
    );
    expectLines(host);
  });
});
