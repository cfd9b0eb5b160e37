import { describe, expect, it } from "vitest";
import { isPreviewPath, previewLink } from "./preview-path.ts";

const ORIGIN = "http://p-abc.localhost:7654/";

describe("isPreviewPath", () => {
  it.each(["/", "/a/b?c=d&e=/f", "/a//b", "/%2f%2fevil.test", "/a#b", "/?next=//evil.test", "/@evil.test"])(
    "takes %s",
    (path) => {
      expect(isPreviewPath(path)).toBe(true);
      expect(new URL(path, ORIGIN).origin).toBe(new URL(ORIGIN).origin);
    },
  );

  it.each([
    "",
    "a",
    "?a",
    "#a",
    "//evil.test",
    "///evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/a\\b",
    "/\t/evil.test",
    "/\n/evil.test",
    "/\r\n/evil.test",
    " /a",
    "/a b",
    "/.//evil.test",
    "/a/..//evil.test",
    "/%2e//evil.test",
    "http://evil.test/",
    "https:evil.test",
    "javascript:alert(1)",
    "/\u0000",
    "/\u2028",
    "/é",
    `/${"a".repeat(2_048)}`,
    null,
    undefined,
    7,
    ["/"],
  ])("refuses %j", (path) => {
    expect(isPreviewPath(path)).toBe(false);
  });
});

describe("previewLink", () => {
  it("puts code and path into the fragment", () => {
    const link = new URL(previewLink(ORIGIN, "c0de", "/a?b=c#d"));
    expect(link.origin + link.pathname + link.search).toBe("http://p-abc.localhost:7654/.porthole/enter");
    const given = new URLSearchParams(link.hash.slice(1));
    expect([...given]).toEqual([
      ["code", "c0de"],
      ["path", "/a?b=c#d"],
    ]);
  });

  it("leads to the root when no path is given, and nowhere else when it is a bad one", () => {
    expect(previewLink(ORIGIN, "c0de")).toMatch(/#code=c0de&path=%2F$/);
    expect(() => previewLink(ORIGIN, "c0de", "//evil.test")).toThrow(
      expect.objectContaining({ code: "INVALID" }),
    );
  });
});
