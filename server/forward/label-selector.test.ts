import { describe, expect, it } from "vitest";
import { selectorQuery } from "./label-selector.ts";

describe("selectorQuery", () => {
  it("writes labels and every operator as the API server takes them", () => {
    const query = selectorQuery("Deployment web", {
      matchLabels: { app: "web", tier: "front" },
      matchExpressions: [
        { key: "zone", operator: "In", values: ["a", "b"] },
        { key: "canary", operator: "NotIn", values: ["yes"] },
        { key: "owner", operator: "Exists" },
        { key: "retired", operator: "DoesNotExist" },
      ],
    });
    expect(query).toBe("app=web,tier=front,zone in (a,b),canary notin (yes),owner,!retired");
  });

  it("refuses a selector that matches every pod", () => {
    expect(() => selectorQuery("Service web", undefined)).toThrow(/Service web has no selector/);
    expect(() => selectorQuery("Service web", { matchLabels: {} })).toThrow(/no selector/);
  });

  it("refuses an operator it does not know", () => {
    const selector = { matchExpressions: [{ key: "a", operator: "Gt", values: ["1"] }] };
    expect(() => selectorQuery("Job j", selector)).toThrow(/unknown operator Gt/);
  });
});
