import { describe, expect, it } from "vitest";
import { impersonationHeaders } from "./impersonation.ts";

describe("impersonationHeaders", () => {
  it("repeats groups and extra values, and escapes keys", () => {
    const headers = impersonationHeaders({
      as: "jane",
      "as-uid": "42",
      "as-groups": ["dev", "ops"],
      "as-user-extra": { "example.com/scope%": ["a", "b"] },
    });
    expect(headers).toEqual({
      "Impersonate-User": "jane",
      "Impersonate-Uid": "42",
      "Impersonate-Group": ["dev", "ops"],
      "Impersonate-Extra-example.com%2Fscope%25": ["a", "b"],
    });
  });

  it("sends UTF-8 as its bytes, and keys that differ in case as one", () => {
    const extra = { scope: ["a"], Scope: ["b"], none: [] };
    expect(impersonationHeaders({ as: "jürgen", "as-groups": [""], "as-user-extra": extra })).toEqual({
      "Impersonate-User": "j\u00c3\u00bcrgen",
      "Impersonate-Group": [""],
      "Impersonate-Extra-scope": ["a", "b"],
    });
  });

  it("is nothing without fields, and refuses groups without a user", () => {
    expect(impersonationHeaders({ "as-groups": [] })).toEqual({});
    expect(() => impersonationHeaders({ "as-groups": ["dev"] })).toThrow("need the field as");
  });

  it("refuses what would add a header line", () => {
    expect(() => impersonationHeaders({ as: "jane\r\nX-Evil: 1" })).toThrow("no HTTP header can carry");
    expect(() => impersonationHeaders({ as: "jane", "as-groups": ["a\nb"] })).toThrow(
      "no HTTP header can carry",
    );
  });
});
