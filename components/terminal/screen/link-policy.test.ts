import { describe, expect, it } from "vitest";
import { isLinkClick, MAX_LINK_CHARS, safeLink } from "./link-policy.ts";

describe("safeLink", () => {
  it.each(["http://localhost:3000/x?y#z", "https://example.com/", "HTTPS://EXAMPLE.com/a"])(
    "allows %s",
    (text) => {
      expect(safeLink(text)?.href).toBe(new URL(text).href);
    },
  );

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "vbscript:x",
    "ssh://host",
    "blob:https://example.com/1",
    "ws://example.com",
    "https://bank.example@evil.example/",
    "https://user:secret@evil.example/",
    "//evil.example",
    "not a link",
    "",
    `https://example.com/${"a".repeat(MAX_LINK_CHARS)}`,
  ])("refuses %s", (text) => {
    expect(safeLink(text)).toBeNull();
  });

  it("shows the host as it will be asked, not as it looks", () => {
    expect(safeLink("https://аpple.com/")?.hostname).toMatch(/^xn--/);
  });
});

describe("isLinkClick", () => {
  it("needs Ctrl or Cmd: a plain click selects text", () => {
    expect(isLinkClick({ ctrlKey: false, metaKey: false })).toBe(false);
    expect(isLinkClick({ ctrlKey: true, metaKey: false })).toBe(true);
    expect(isLinkClick({ ctrlKey: false, metaKey: true })).toBe(true);
  });
});
