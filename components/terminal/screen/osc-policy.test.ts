import { describe, expect, it } from "vitest";
import { clipboardVerdict, MAX_CLIPBOARD_BYTES } from "./osc-policy.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("clipboardVerdict", () => {
  it("reads UTF-8 text for any target", () => {
    for (const target of ["c", "p", "", "s0"]) {
      expect(clipboardVerdict(`${target};${base64("größe 日 🚀")}`)).toEqual({
        kind: "write",
        text: "größe 日 🚀",
      });
    }
  });

  it("refuses every read", () => {
    for (const data of ["c;?", ";?", "p;?"])
      expect(clipboardVerdict(data)).toEqual({ kind: "refused", reason: "read" });
  });

  it("takes the limit and not one byte more", () => {
    const limit = "x".repeat(MAX_CLIPBOARD_BYTES);
    expect(clipboardVerdict(`c;${base64(limit)}`)).toEqual({ kind: "write", text: limit });
    expect(clipboardVerdict(`c;${base64(`${limit}x`)}`)).toEqual({ kind: "refused", reason: "size" });
    expect(clipboardVerdict(`c;${"A".repeat(5_000_000)}`)).toEqual({ kind: "refused", reason: "size" });
  });

  it.each(["", "c", "c;", "c;!!!!", "c;?x", "c;QQ=Q", "c;A", "c;Zm9v\n", "c;<script>"])(
    "refuses %j",
    (data) => {
      expect(clipboardVerdict(data)).toEqual({ kind: "refused", reason: "format" });
    },
  );
});
