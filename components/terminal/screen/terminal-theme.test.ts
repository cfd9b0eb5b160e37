// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { isDark, readTheme, watchTheme } from "./terminal-theme.ts";

const root = document.documentElement;

function setTokens(tokens: Record<string, string>) {
  for (const [name, value] of Object.entries(tokens)) root.style.setProperty(`--${name}`, value);
}

afterEach(() => root.removeAttribute("style"));

describe("readTheme", () => {
  it("follows the page's tokens, and takes the ANSI colours that suit the background", () => {
    setTokens({ term: "#fbfcfd", text: "#171b21", accent: "#0a776d" });
    const light = readTheme(root);
    expect(light).toMatchObject({
      background: "#fbfcfd",
      foreground: "#171b21",
      selectionBackground: "#0a776d4d",
    });
    setTokens({ term: "#0a0c0f", text: "#e7ebf0" });
    const dark = readTheme(root);
    expect(dark.background).toBe("#0a0c0f");
    expect(isDark(light.red ?? "")).toBe(true);
    expect(dark.red).not.toBe(light.red);
  });

  it("has colours where the page has none it can use", () => {
    setTokens({ term: "color-mix(in srgb, red, blue)" });
    expect(readTheme(root).background).toMatch(/^#[0-9a-f]{6}$/);
  });
});

describe("watchTheme", () => {
  it("tells of a change on the root element until it is stopped", async () => {
    const changed = vi.fn();
    const stop = watchTheme(changed);
    root.dataset.theme = "light";
    await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1));
    stop();
    root.dataset.theme = "dark";
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(changed).toHaveBeenCalledTimes(1);
  });
});
