import { describe, expect, it } from "vitest";
import { readPort } from "./port-number.ts";

describe("readPort", () => {
  it("takes a port as people write it", () => {
    expect(["8080", " :8080 ", "1", "65535"].map(readPort)).toEqual([8080, 8080, 1, 65_535]);
  });

  it.each(["", "0", "65536", "80 80", "-1", "8080x", "1e3", "0x50", "123456"])("refuses %j", (text) => {
    expect(readPort(text)).toBeNull();
  });
});
