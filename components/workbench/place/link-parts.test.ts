import { describe, expect, it } from "vitest";
import { linkParts } from "./link-parts.ts";

const links = (line: string) => linkParts(line).flatMap(({ href }) => href ?? []);

describe("linkParts", () => {
  it("finds the address and leaves the words, so that the line reads as it came", () => {
    const line = "To sign in, open https://login.example/device?a=b (or http://x.example/), and enter ABCD.";
    expect(links(line)).toEqual(["https://login.example/device?a=b", "http://x.example/"]);
    expect(
      linkParts(line)
        .map(({ text }) => text)
        .join(""),
    ).toBe(line);
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "https://bank.example@evil.example/",
    "https://",
    `https://x.example/${"a".repeat(3_000)}`,
    "",
  ])("makes no link of %s", (line) => {
    expect(links(line)).toEqual([]);
    expect(
      linkParts(line)
        .map(({ text }) => text)
        .join(""),
    ).toBe(line);
  });
});
