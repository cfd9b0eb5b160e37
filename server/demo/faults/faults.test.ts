/** How faults are named; what each does is shown with Porthole in front, in server/faults-*.test.ts. */
import { describe, expect, it } from "vitest";
import { DemoStreams } from "#server/testing/demo-streams.ts";
import { execPath } from "#server/testing/v5-client.ts";
import { FAULT_NAMES, FaultError, Faults } from "./faults.ts";

describe("a fault", () => {
  it.each([
    ["refuse-everything", /there is no fault "refuse-everything"; there are refuse-upgrade, /],
    ["constructor", /there is no fault/],
    ["", /there is no fault ""/],
    ["refuse-upgrade", /refuse-upgrade=CODE/],
    ["refuse-upgrade=101", /refuse-upgrade=CODE/],
    ["refuse-spdy=4000", /refuse-spdy=CODE/],
    ["drop-after=0", /drop-after=BYTES/],
    ["drop-after=1e3", /drop-after=BYTES/],
    ["slow-reader=-1", /slow-reader=BYTES/],
    ["forward-error=", /forward-error=TEXT/],
    ["stall=5", /stall takes no value/],
    ["stall=", /stall takes no value/],
  ])("%j is refused, with what it should be", (spec, words) => {
    expect(() => new Faults([spec])).toThrow(FaultError);
    expect(() => new Faults([spec])).toThrow(words);
  });

  it("keeps what was set before when a new one is refused", async () => {
    const faults = new Faults(["forward-error=first"]);
    expect(() => faults.set("no-shell", "nonsense")).toThrow(FaultError);
    expect(faults.hideShell).toBe(false);
    await expect(faults.onForward()).rejects.toThrow("first");
  });

  it("may hold an equals sign in its text", async () => {
    await expect(new Faults(["forward-error=a=b"]).onForward()).rejects.toThrow("a=b");
  });

  it("is a refusal, a cut, a stall, half a frame, and more", () => {
    expect(FAULT_NAMES).toEqual(
      expect.arrayContaining(["refuse-upgrade", "drop-after", "stall", "half-frame"]),
    );
    expect(FAULT_NAMES).toHaveLength(16);
  });
});

describe("a cluster", () => {
  const streams = DemoStreams.forTests({ namespaces: false, faults: ["no-shell"] });

  it("starts with its faults, composes more, and is well without any", async () => {
    const exec = async () => {
      const client = await streams.open(execPath(["sh", "-c", "exit 3"]));
      await client.ended();
      return client;
    };
    expect((await exec()).status?.message).toContain("executable file not found");
    streams.demo.faults.set("no-shell", "no-status");
    expect((await exec()).status).toBeNull();
    streams.demo.faults.set();
    expect((await exec()).exitCode).toBe(3);
  });

  it("refuses WebSockets and SPDY apart, and no plain request", async () => {
    streams.demo.faults.set("refuse-upgrade=418");
    expect(await streams.refused(execPath(["true"]))).toMatchObject({
      code: 418,
      body: "refused by a fault",
    });
    const { demo } = streams;
    const answer = await fetch(`${demo.url}/api/v1/pods`, {
      headers: { authorization: `Bearer ${demo.tokens.admin}` },
    });
    expect(answer.status).toBe(200);
    streams.demo.faults.set("refuse-spdy=418");
    await (await streams.open(execPath(["true"]))).ended();
    streams.demo.faults.set();
  });
});
