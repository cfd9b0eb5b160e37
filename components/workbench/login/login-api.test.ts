// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { takeLaunchToken, tokenOf } from "./login-api.ts";

beforeEach(() => history.replaceState(null, "", "/"));

describe("takeLaunchToken", () => {
  it("takes the token out of the address and leaves the rest", () => {
    history.replaceState(null, "", "/?cluster=demo#t=abc-123_X");
    expect(takeLaunchToken()).toBe("abc-123_X");
    expect(location.hash).toBe("");
    expect(location.search).toBe("?cluster=demo");
  });

  it("leaves an address without a token alone", () => {
    history.replaceState(null, "", "/#other");
    expect(takeLaunchToken()).toBeNull();
    expect(location.hash).toBe("#other");
  });
});

describe("tokenOf", () => {
  it("takes the token alone, the link, or the whole line that was printed", () => {
    const link = "http://127.0.0.1:7654/#t=abc-123";
    expect([" abc-123 ", link, `Porthole is ready at ${link}\n`].map(tokenOf)).toEqual([
      "abc-123",
      "abc-123",
      "abc-123",
    ]);
  });
});
