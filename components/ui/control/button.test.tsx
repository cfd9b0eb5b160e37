// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";
import { button, cleanUp, click, render } from "../render.fixture.ts";
import { Button } from "./button.tsx";

afterEach(cleanUp);

describe("Button", () => {
  it("does what it says when clicked, and submits no form by itself", async () => {
    let clicks = 0;
    const { host } = await render(<Button onClick={() => (clicks += 1)}>Shell</Button>);
    await click(button(host, "Shell"));
    expect(clicks).toBe(1);
    expect(button(host, "Shell")?.type).toBe("button");
  });

  it("stays reachable and says why when it cannot be used", async () => {
    let clicks = 0;
    const { host } = await render(
      <Button reason="You may not create pods/exec." onClick={() => (clicks += 1)}>
        Shell
      </Button>,
    );
    const shell = button(host, "Shell");
    expect(shell?.disabled).toBe(false);
    expect(shell?.getAttribute("aria-disabled")).toBe("true");
    expect(shell?.getAttribute("aria-description")).toBe("You may not create pods/exec.");
    await click(shell);
    expect(clicks).toBe(0);
  });

  it("lends its looks to a link", async () => {
    const { host } = await render(
      <Button asChild variant="primary">
        <a href="/x">Go</a>
      </Button>,
    );
    expect(host.querySelector("button")).toBeNull();
    expect(host.querySelector("a")?.className).toContain("bg-accent");
  });
});
