// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { button, cleanUp, render } from "../render.fixture.ts";
import { FaultBoundary } from "./fault-boundary.tsx";

afterEach(async () => {
  await cleanUp();
  vi.restoreAllMocks();
});

function Faulty(): never {
  throw new Error("rows is not iterable");
}

describe("FaultBoundary", () => {
  it("shows what is inside while it works", async () => {
    const { host } = await render(<FaultBoundary>pods</FaultBoundary>);
    expect(host.textContent).toBe("pods");
  });

  it("says what stopped the page, what goes on, and what can be done", async () => {
    // React reports what a boundary caught as well.
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { host } = await render(
      <FaultBoundary>
        <Faulty />
      </FaultBoundary>,
    );
    expect(host.textContent).toContain("rows is not iterable");
    expect(host.textContent).toContain("Your shells and forwards run on");
    expect(button(host, "Load the page again")).toBeDefined();
  });
});
