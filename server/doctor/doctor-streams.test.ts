import { describe, expect, it } from "vitest";
import { examineFaults } from "./examine.fixture.ts";

describe("a stream that opens and does not work", () => {
  it("with no answer to the upgrade: held back", async () => {
    const { of } = await examineFaults({ faults: { holdUpgrades: true } }, { stepLimitMs: 300 });
    expect(of("exec-websocket").found).toMatch(/^The WebSocket upgrade got no answer/);
    expect(of("exec-spdy").found).toMatch(/^The SPDY upgrade, or the opening of its streams, got no answer/);
    expect(of("tunnel").found).toMatch(/^The WebSocket upgrade got no answer/);
    expect(of("verdict").result).toBe("failed");
  });

  it("with nothing after the 101: buffered", async () => {
    const { of } = await examineFaults({ faults: { muteAfterUpgrade: true } }, { stepLimitMs: 400 });
    expect(of("exec-websocket").found).toContain("nothing came back");
    expect(of("exec-websocket").change).toContain("buffering");
    expect(of("tunnel").found).toContain("nothing came back");
    expect(of("portforward-spdy").result).toBe("failed");
  });

  it("cut after a number of bytes: says how many arrived", async () => {
    const { of } = await examineFaults({ faults: { cutAfterBytes: 256 * 1024 } });
    expect(of("exec-websocket").result).toBe("ok");
    expect(of("large-message").result).toBe("failed");
    expect(of("large-message").found).toMatch(/^A transfer of 1 MiB was cut after \d+ of 1048576 bytes/);
    expect(of("large-message").change).toContain("limits on body size");
    expect(of("verdict").found).toContain("Large message failed");
  });

  it("that takes only small messages: says so", async () => {
    const { of } = await examineFaults({ faults: { cutFramesAbove: 16 * 1024 } });
    expect(of("large-message").found).toMatch(/^Messages of 32769 bytes do not pass, ones of 1025 do/);
    expect(of("large-message").change).toContain("largest WebSocket message");
  });

  it("without an exit status: terminals work, and that is said", async () => {
    const { of } = await examineFaults({ knobs: { noStatus: true } });
    expect(of("exec-websocket")).toMatchObject({ result: "warning" });
    expect(of("exec-websocket").found).toContain("the exit status is missing");
  });

  it("because the runtime refuses: not the way's fault", async () => {
    const { of } = await examineFaults({ knobs: { execError: "container runtime is down" } });
    expect(of("exec-websocket")).toMatchObject({
      result: "failed",
      hop: "the API server → the kubelet → the container's runtime",
    });
  });

  it("because the container has no cat: the way is proven, and echoes are left out", async () => {
    const execError = 'exec: "cat": executable file not found in $PATH';
    const { of, results } = await examineFaults({ knobs: { execError } });
    expect(results).toMatchObject({ "exec-websocket": "ok", "exec-spdy": "ok", "large-message": "skipped" });
    expect(of("large-message").found).toContain("no `cat`");
  });

  it("to a port where nobody listens, or that the node cannot forward", async () => {
    const refused = await examineFaults({ knobs: { portError: "connect: connection refused" } });
    expect(refused.of("tunnel").found).toContain("port 8080 has nobody listening");
    expect(refused.of("verdict").result).toBe("ok");
    const broken = await examineFaults({ knobs: { portError: "unable to find network namespace" } });
    expect(broken.of("tunnel")).toMatchObject({ result: "failed", hop: "the kubelet → the pod's network" });
  });
});

describe("a quiet stream", () => {
  it("that is cut: says after how long, and what to look for", async () => {
    const { of } = await examineFaults({ faults: { cutAfterMs: 3_000 } }, { idleSeconds: 20 });
    expect(of("idle")).toMatchObject({ result: "failed" });
    expect(of("idle").found).toMatch(/was cut after 3\.\d seconds of quiet/);
    expect(of("verdict").found).toContain("Quiet ones are cut.");
  });

  it("that is forgotten without a word: nothing echoes any more", async () => {
    const faults = { forgetAfterMs: 3_000 };
    const { of } = await examineFaults({ faults }, { idleSeconds: 5, stepLimitMs: 500 });
    expect(of("idle")).toMatchObject({ result: "failed" });
    expect(of("idle").found).toMatch(/stayed open for 5 quiet seconds and then echoed nothing/);
  });
});
