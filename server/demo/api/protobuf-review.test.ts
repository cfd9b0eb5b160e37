import { describe, expect, it } from "vitest";
import { decodeReview } from "./protobuf-review.ts";

/** `kubectl auth can-i create pods --subresource=exec`, recorded from kubectl 1.36.4. */
const RECORDED = Buffer.from(
  [
    "6b3873000a320a17617574686f72697a6174696f6e2e6b38732e696f2f7631121753656c665375626a656374",
    "41636365737352657669657712430a100a0012001a0022002a0032003800420012250a230a0764656661756c",
    "7412066372656174651a0022002a04706f64733204657865633a001a08080012001a0020001a002200",
  ].join(""),
  "hex",
);

describe("decodeReview", () => {
  it("reads what kubectl sends", () => {
    expect(decodeReview(RECORDED)).toEqual({
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: {
        resourceAttributes: {
          namespace: "default",
          verb: "create",
          group: "",
          version: "",
          resource: "pods",
          subresource: "exec",
          name: "",
        },
      },
    });
  });

  it("refuses anything cut short, with 400", () => {
    const refusals = Array.from({ length: RECORDED.byteLength - 1 }, (_, length) => {
      try {
        decodeReview(RECORDED.subarray(0, length));
        return null;
      } catch (error) {
        return (error as { code: string }).code;
      }
    });
    expect(new Set(refusals)).toEqual(new Set(["BadRequest", null]));
    // A cut between two fields is a shorter message, and only there is it one.
    expect(refusals.filter((code) => code === null).length).toBeLessThan(4);
  });

  it.each([
    ["no magic", "00000000"],
    ["an endless number", `6b387300${"ff".repeat(12)}`],
    ["a length past the end", "6b3873000aff01"],
    ["a group, which proto3 has not", "6b3873000b"],
  ])("refuses %s", (_case, hex) => {
    expect(() => decodeReview(Buffer.from(hex, "hex"))).toThrow("no Kubernetes protobuf");
  });
});
