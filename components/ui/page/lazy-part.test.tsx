// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, describe, expect, it } from "vitest";
import { button, cleanUp, click, render } from "../render.fixture.ts";
import { lazyPart } from "./lazy-part.tsx";

afterEach(cleanUp);

function Palette({ query }: { query: string }) {
  return <p>results for {query}</p>;
}

describe("lazyPart", () => {
  it("says what it waits for, then draws it with its props", async () => {
    let arrive = () => {};
    const { Part } = lazyPart<{ query: string }>(
      "palette",
      () =>
        new Promise((resolve) => {
          arrive = () => resolve(Palette);
        }),
    );
    const { host } = await render(<Part query="web" />);
    expect(host.textContent).toBe("Loading the palette");
    await act(async () => arrive());
    expect(host.textContent).toBe("results for web");
  });

  it("draws at once what was fetched ahead", async () => {
    const { Part, preload } = lazyPart<{ query: string }>("palette", async () => Palette);
    preload();
    await Promise.resolve();
    const { host } = await render(<Part query="db" />);
    expect(host.textContent).toBe("results for db");
  });

  it("says so when it cannot be fetched, and tries again when told to", async () => {
    let online = false;
    const { Part, preload } = lazyPart<{ query: string }>("palette", async () => {
      if (!online) throw new Error("Failed to fetch");
      return Palette;
    });
    preload();
    const { host } = await render(<Part query="web" />);
    expect(host.textContent).toContain("The palette could not be loaded");
    online = true;
    await click(button(host, "Try again"));
    expect(host.textContent).toBe("results for web");
  });
});
