import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusterSegment } from "#protocol/cluster-segment.ts";
import { fuzzLimitMs, fuzzRuns } from "#server/testing/fuzz-runs.ts";
import { pathProblem } from "./canonical-path.ts";
import { PODS, SPELLINGS } from "./path-spellings.fixture.ts";

const RUNS = fuzzRuns(3_000);

describe("a path in its normal form", () => {
  it.each([
    "/",
    "/open/",
    "/healthz",
    "/_next/static/chunks/0~a-b_c.js",
    "/_next/static/chunks/%5Broot-of-the-server%5D__1._.js",
    `/clusters/demo/${PODS}`,
    "/clusters/c/api/v1/namespaces/Team%20A!/pods",
    "/api/sessions/abc-_1/stream",
  ])("is served: %s", (path) => {
    expect(pathProblem(path)).toBeNull();
  });

  it.each([
    "arn:aws:eks:eu-west-1:123456789012:cluster/prod",
    "/api-foo:6443/kube:admin",
    "DOMAIN\\user",
    "a%2Fb",
    "100%",
    "a b",
    "a\nb",
    "a;b",
    "a?b#c",
    'a"b',
    "café",
    "cafe\u0301",
    "日本🚀",
    "...",
    "x".repeat(2_000),
  ])("is that of the page for a context called %j", (name) => {
    expect(pathProblem(`/clusters/${encodeURIComponent(name)}/${PODS}`)).toBeNull();
    expect(pathProblem(`/api/clusters/${encodeURIComponent(name)}/health`)).toBeNull();
  });

  it("is that of the page for every context's name", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20, unit: "binary" }), (name) => {
        expect(pathProblem(`/clusters/${clusterSegment(name)}/${PODS}`)).toBeNull();
        expect(pathProblem(`/api/clusters/${clusterSegment(name)}/health`)).toBeNull();
      }),
      { numRuns: RUNS },
    );
  });

  it("is that of kubectl for a slash and a colon in a context's name", () => {
    expect(pathProblem(`/clusters/arn:aws:eks:eu-west-1:1:cluster/prod/${PODS}`)).toBeNull();
  });
});

describe("another spelling", () => {
  it.each(SPELLINGS)("is refused: %j", (path) => {
    expect(pathProblem(path)).toEqual(expect.any(String));
  });

  it(
    "is never served: what is served is its own normal form to every reader",
    () => {
      const piece = fc.constantFrom(
        ..."/ // \\ . .. ; : % %2F %2f %5C %2E %2e %25 %252E %00 %09 %C3%A4 ä # ? clusters api demo a B 7 ~ %7E %41 |".split(
          " ",
        ),
      );
      let served = 0;
      fc.assert(
        fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 2 })), { maxLength: 9 }), (pieces) => {
          const path = `/${pieces.join("")}`;
          if (pathProblem(path) !== null) return;
          served += 1;
          expect(new URL(path, "http://porthole").pathname).toBe(path);
          expect(rfcNormalForm(path)).toBe(path);
          expect(new URL(path.replaceAll(/%25/g, "%"), "http://porthole").pathname.split("/").length).toBe(
            path.split("/").length,
          );
        }),
        { numRuns: RUNS },
      );
      expect(served).toBeGreaterThan(RUNS / 20);
    },
    fuzzLimitMs(RUNS),
  );

  it("is none for any context's name that has no dot segment", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }), (name) => {
        fc.pre(!/(^|[/\\])\.{1,2}($|[/\\;])|\0/.test(name) && !/%[0-7]/.test(name));
        expect(pathProblem(`/clusters/${encodeURIComponent(name)}/${PODS}`), name).toBeNull();
      }),
      { numRuns: RUNS },
    );
  });
});

/** RFC 3986 6.2.2: upper-case digits, nothing encoded without need, dot segments resolved; and slashes merged. */
function rfcNormalForm(path: string): string {
  const decoded = path.replaceAll(/%[0-9a-f]{2}/gi, (code) => {
    const char = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[\w.~-]/.test(char) ? char : code.toUpperCase();
  });
  return new URL(decoded.replaceAll(/\/{2,}/g, "/"), "http://porthole").pathname;
}
