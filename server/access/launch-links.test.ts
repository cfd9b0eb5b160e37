import { afterEach, describe, expect, it, vi } from "vitest";
import { LaunchLinks, LINK_LIFE_MS } from "./launch-links.ts";

const TOKEN = "a-launch-token-of-this-test";

afterEach(() => {
  vi.useRealTimers();
});

describe("the launch token as a link", () => {
  it("opens one browser when it was made at the start, and stays the machines' token", () => {
    const links = new LaunchLinks({ value: TOKEN, chosen: false });
    expect([1, 2, 3].map(() => links.open(TOKEN))).toEqual(["opens", "spent", "spent"]);
    expect(links.isToken(TOKEN)).toBe(true);
  });

  it("opens as many as a person likes who chose it", () => {
    const links = new LaunchLinks({ value: TOKEN, chosen: true });
    expect([1, 2].map(() => links.open(TOKEN))).toEqual(["opens", "opens"]);
  });

  it("is not spent by what is wrong, or by a machine", () => {
    const links = new LaunchLinks({ value: TOKEN, chosen: false });
    for (const wrong of [undefined, null, 7, "", "wrong", `${TOKEN}x`, [TOKEN], "A".repeat(43)])
      expect(links.open(wrong)).toBe("wrong");
    links.isToken(TOKEN);
    expect(links.open(TOKEN)).toBe("opens");
  });
});

describe("a link that was made later", () => {
  it("opens one browser, and is no bearer token", () => {
    const links = new LaunchLinks({ value: TOKEN, chosen: true });
    const { secret } = links.mint();
    expect(links.isToken(secret)).toBe(false);
    expect([1, 2].map(() => links.open(secret))).toEqual(["opens", "spent"]);
    expect(links.open(links.mint().secret)).toBe("opens");
  });

  it("is forgotten after ten minutes", () => {
    vi.useFakeTimers();
    const links = new LaunchLinks({ value: TOKEN, chosen: false });
    const { secret, expiresAt } = links.mint();
    expect(expiresAt).toBe(Date.now() + LINK_LIFE_MS);
    vi.advanceTimersByTime(LINK_LIFE_MS);
    expect(links.open(secret)).toBe("wrong");
  });

  it.each([
    [TOKEN, false, true],
    [TOKEN, true, false],
    ["8f1c5a".repeat(7), true, false],
    [`${"8f1c5a".repeat(7)}0`, true, true],
  ])("tells a token that no guesser finds: %s, chosen: %s", (value, chosen, expected) => {
    const links = new LaunchLinks({ value, chosen });
    expect(links.isBeyondGuessing(value)).toBe(expected);
    expect(links.isBeyondGuessing(`${value}x`)).toBe(false);
    expect(links.isBeyondGuessing(links.mint().secret)).toBe(true);
  });
});
