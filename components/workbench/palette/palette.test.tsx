// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, describe, expect, it } from "vitest";
import { cleanUp, render, until } from "#components/ui/render.fixture.ts";
import { useLayout } from "../layout/layout-store.ts";
import { Palette } from "./palette.tsx";

const COMMANDS = {
  shell: () => {},
  choose: () => {},
  byName: () => {},
  logs: () => {},
  openPort: () => {},
  forward: () => {},
};

afterEach(async () => {
  await cleanUp();
  useLayout.setState({ paletteOpen: false });
});

function press(key: string, modifiers: KeyboardEventInit = {}): void {
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...modifiers }));
}

async function field(host: HTMLElement): Promise<HTMLInputElement> {
  await until(() => host.querySelector("input") !== null);
  return host.querySelector("input") as HTMLInputElement;
}

describe("the palette", () => {
  it("keeps the letters that were typed before its list was there, once", async () => {
    const { host } = await render(<Palette pods={[]} clusters={[]} pod={undefined} commands={COMMANDS} />);
    press("x");
    await act(async () => useLayout.setState({ paletteOpen: true }));
    press("k", { ctrlKey: true });
    press("Shift");
    press("w");
    press("e");
    expect((await field(host)).value).toBe("we");
    await act(async () => useLayout.setState({ paletteOpen: false }));
    await act(async () => useLayout.setState({ paletteOpen: true }));
    expect((await field(host)).value).toBe("");
  });
});
