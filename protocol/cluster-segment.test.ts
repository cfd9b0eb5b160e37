import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusterNameOf, clusterSegment, spelledName } from "./cluster-segment.ts";

/** What an API server's side and a client's side of the escape could stumble over, more often than by chance. */
const names = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .array(fc.constantFrom("~", ".", "/", "0", "1", "a", "%", "2", "F", "api", "v1", "\\", " ", "ü"), {
      maxLength: 9,
    })
    .map((parts) => parts.join("")),
);

describe("clusterSegment", () => {
  it.each([
    ["demo", "demo"],
    ["arn:aws:eks:eu-west-1:1:cluster/x", "arn%3Aaws%3Aeks%3Aeu-west-1%3A1%3Acluster%2Fx"],
    ["a b~c", "a%20b~c"],
    ["...", "..."],
    [".", "~."],
    ["..", "~.."],
    ["..;x", "~..;x".replace(";", "%3B")],
    ["", "~"],
    ["/a", "~~2Fa"],
    ["a/", "~a~2F"],
    ["a//b", "~a~2F~2Fb"],
    ["a/../b", "~a~2F..~2Fb"],
    ["..\\..", "~..~5C.."],
    ["100%", "~100~25"],
    ["a\nb", "~a~0Ab"],
    ["~", "~~7E"],
    ["~.", "~~7E."],
    ["~x", "~~7Ex"],
  ])("%j is %j", (name, segment) => {
    expect(clusterSegment(name)).toBe(segment);
    expect(clusterNameOf(decodeURIComponent(segment))).toBe(name);
  });

  it("comes back as the same name, through URL as well", () => {
    fc.assert(
      fc.property(names, (name) => {
        const { pathname } = new URL(`/clusters/${clusterSegment(name)}/version`, "http://porthole");
        const [root, prefix, segment, ...rest] = pathname.split("/");
        expect([root, prefix, rest]).toEqual(["", "clusters", ["version"]]);
        expect(clusterNameOf(decodeURIComponent(segment!))).toBe(name);
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes a percent-encoded name for itself, also with a tilde that begins no spelling", () => {
    for (const name of ["~x", "~~", "~a~2b", "~a/b", "a~2Fb", "~a~2f", "a/../b", "/a", "x~", "100%"])
      expect(clusterNameOf(name)).toBe(name);
  });

  it("may spell every name with a slash", () => {
    expect(clusterNameOf(spelledName("a/api/v1~2F"))).toBe("a/api/v1~2F");
  });
});
