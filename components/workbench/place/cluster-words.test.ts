import { describe, expect, it } from "vitest";
import { isProduction, shortVersion, streamsWords } from "./cluster-words.ts";

describe("isProduction", () => {
  it.each(["prod", "acme-prod-eu", "gke_acme_europe-west1_PRODUCTION"])("warns of %s", (name) => {
    expect(isProduction(name)).toBe(true);
  });

  it.each(["staging", "demo", "nonprod", "non-prod-eu", "not_production"])("leaves %s alone", (name) => {
    expect(isProduction(name)).toBe(false);
  });
});

describe("a cluster's version", () => {
  it("is shortened when it is one", () => {
    expect(["v1.36.4+k3s1", "1.29.0", "unknown"].map(shortVersion)).toEqual(["1.36", "1.29", "unknown"]);
  });

  it("says how streams travel", () => {
    expect(["v1.37.0", "v1.31.2", "v1.30.9", "v1.28.1", "v2.0.0", ""].map(streamsWords)).toEqual([
      "WebSockets to the kubelet",
      "WebSockets to the API server",
      "WebSockets for shells, SPDY for ports",
      "SPDY",
      "",
      "",
    ]);
  });
});
