import { describe, expect, it } from "vitest";
import { byRight } from "./use-pod-namespaces.ts";

const NAMES = ["alpha", "beta", "gamma", "omega"];

describe("namespaces to choose from", () => {
  it("begin with those where pods may be listed, and end with those where they may not", () => {
    const found = { all: false, namespaces: ["gamma"], refused: ["alpha", "omega"] };
    expect(byRight(NAMES, found)).toEqual(["gamma", "beta", "alpha", "omega"]);
  });

  it("keep their order while nothing is known of rights", () => {
    expect(byRight(NAMES, null)).toEqual(NAMES);
  });
});
