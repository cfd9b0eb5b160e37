import { describe, expect, it } from "vitest";
import type { Pod } from "../objects/types.ts";
import type { ApiError } from "./api-error.ts";
import { parseLabelSelector, selectorsOf } from "./selectors.ts";

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "web",
    namespace: "default",
    uid: "u",
    resourceVersion: "1",
    creationTimestamp: "",
    labels: { app: "web", "app.kubernetes.io/part-of": "shop", tier: "" },
  },
  spec: { nodeName: "n1" },
  status: { phase: "Running" },
} as unknown as Pod;

describe("a label selector", () => {
  it.each([
    ["", true],
    ["app=web", true],
    ["app==web", true],
    ["app=api", false],
    ["app!=api", true],
    ["gone!=x", true],
    ["app", true],
    ["!app", false],
    ["!gone", true],
    ["tier=", true],
    ["app in (api,web)", true],
    ["app in (api, db)", false],
    ["app notin (api)", true],
    ["gone notin (api)", true],
    ["app in (api,web),tier", true],
    ["app=web,app.kubernetes.io/part-of=shop,!gone", true],
    ["app=web,gone", false],
    ["constructor", false],
  ])("%j matches: %s", (selector, expected) => {
    expect(parseLabelSelector(selector)(pod)).toBe(expected);
  });

  it.each(["=x", "a b", "app=web=x", "app in web", `a${"b".repeat(5000)}`])(
    "%j is refused with 400",
    (selector) => {
      expect(() => parseLabelSelector(selector)).toThrow(
        expect.objectContaining({ code: "BadRequest" } satisfies Partial<ApiError>),
      );
    },
  );
});

describe("a field selector", () => {
  const matches = (fieldSelector: string, kind = "Pod") =>
    selectorsOf(new URLSearchParams({ fieldSelector }), kind)(pod);

  it.each([
    ["metadata.name=web", true],
    ["metadata.name!=web", false],
    ["status.phase=Running,spec.nodeName=n1", true],
    ["status.phase==Pending", false],
    ["status.podIP=", true],
  ])("%j matches: %s", (selector, expected) => {
    expect(matches(selector)).toBe(expected);
  });

  it("is refused for a field that the kind cannot be selected by", () => {
    expect(() => matches("spec.containers=x")).toThrow("field label not supported: spec.containers");
    expect(() => matches("status.phase=Running", "Service")).toThrow("field label not supported");
    expect(() => matches("nonsense")).toThrow("invalid selector");
  });
});
