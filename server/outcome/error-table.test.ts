import { describe, expect, it } from "vitest";
import { FORWARD_HTTP } from "./error-table.ts";

describe("the codes of a forward's errors", () => {
  const differ = Object.entries(FORWARD_HTTP).filter(([, { api, preview }]) => api !== preview);

  it("differ between the audiences only where the API's caller named what the visitor did not", () => {
    expect(differ.map(([code]) => code)).toEqual(["INVALID", "NO_SUCH_POD", "NO_SUCH_PORT"]);
    for (const [, { api, preview }] of differ) {
      expect(Math.floor(api / 100)).toBe(4);
      expect(preview).toBe(502);
    }
  });

  it.each([
    ["NOT_RUNNING", 502],
    ["CLOSED", 404],
    ["LIMIT", 429],
  ] as const)("%s is %i for everybody", (code, httpStatus) => {
    expect(FORWARD_HTTP[code]).toEqual({ api: httpStatus, preview: httpStatus });
  });

  it("are errors, each of them", () => {
    for (const { api, preview } of Object.values(FORWARD_HTTP)) {
      expect(Math.min(api, preview)).toBeGreaterThanOrEqual(400);
    }
  });
});
