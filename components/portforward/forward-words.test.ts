import { describe, expect, it } from "vitest";
import { forwardInfo } from "./forward.fixture.ts";
import { forwardTone, hitCost, hitTone, stateWords } from "./forward-words.ts";
import { readPort, targetWords } from "./target-words.ts";

const hit = { at: 1, method: "GET", path: "/", status: 200, ms: 3, bytes: 80 };

describe("a forward in words", () => {
  it("names its target, with the kind when it is no pod", () => {
    expect(targetWords(forwardInfo())).toBe("web : 8080");
    expect(targetWords(forwardInfo({ kind: "Service", name: "api" }))).toBe("service/api : 8080");
  });

  it("says that nothing has happened yet", () => {
    expect(stateWords(forwardInfo(), undefined)).toBe("Ready, nothing was asked of it yet");
    expect(forwardTone(forwardInfo())).toBe("idle");
  });

  it("says what goes on, and which other pod serves it", () => {
    const busy = forwardInfo({ tunnels: 2, connections: 1, bytesIn: 500, bytesOut: 1_500, pod: "web-2" });
    expect(stateWords(busy, undefined)).toBe("served by web-2 · 2 tunnels · 1 connection · 2.0 KB in all");
    expect(stateWords(busy, { inPerSecond: 200_000, outPerSecond: 1_000_000 })).toContain("1.2 MB/s");
    expect(forwardTone(busy)).toBe("ok");
  });

  it("repeats what went wrong", () => {
    const failing = forwardInfo({ state: "failing", problem: "Nothing listens on port 8080." });
    expect(stateWords(failing, undefined)).toBe("Nothing listens on port 8080.");
    expect(forwardTone(failing)).toBe("bad");
    expect(forwardTone(forwardInfo({ state: "connecting" }))).toBe("warn");
  });
});

describe("a request in words", () => {
  it("costs time, or bytes when they are many, or nothing while it runs", () => {
    expect(hitCost(hit)).toBe("3 ms");
    expect(hitCost({ ...hit, bytes: 8_100_000 })).toBe("8.1 MB");
    expect(hitCost({ ...hit, status: 101, bytes: 900 })).toBe("900 B");
    expect(hitCost({ ...hit, status: 0, ms: 0, bytes: 0 })).toBe("");
  });

  it("is coloured by its status", () => {
    expect([0, 101, 200, 304, 404, 502].map(hitTone)).toEqual([
      "neutral",
      "ok",
      "ok",
      "neutral",
      "warn",
      "bad",
    ]);
  });
});

describe("readPort", () => {
  it("takes a port as people write it", () => {
    expect(["8080", " :8080 ", "1", "65535"].map(readPort)).toEqual([8080, 8080, 1, 65_535]);
  });

  it.each(["", "0", "65536", "80 80", "-1", "8080x", "1e3", "0x50", "123456"])("refuses %j", (text) => {
    expect(readPort(text)).toBeNull();
  });
});
