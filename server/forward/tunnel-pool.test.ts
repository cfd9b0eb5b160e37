import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AccessError } from "#server/access/access-error.ts";
import { ForwardError } from "./errors.ts";
import { PodFinder } from "./pod-finder.ts";
import { PodSide } from "./pod-side.fixture.ts";
import { PATIENT, Program } from "./program.fixture.ts";
import type { SubrequestSocket } from "./subrequest-socket.ts";
import type { ResolvedTarget } from "./target-resolver.ts";
import { MAX_SUBREQUESTS_PER_TUNNEL, TunnelPool } from "./tunnel-pool.ts";

const REMOVED = { cause: "ended-by-person", words: "the forward was removed" } as const;

/** A target whose credential may not watch. */
const neverWatched = {
  start: () => {},
  stop: () => {},
  known: () => null,
  watching: false,
};

describe("TunnelPool", () => {
  let pod: PodSide;
  let echo: Program;
  let pool: TunnelPool;
  /** What the cluster says now. */
  let target: ResolvedTarget | ForwardError;
  let resolved = 0;
  /** What a watch answers when the pod it knew cannot be dialled. */
  let doubt: () => boolean;

  beforeEach(async () => {
    pod = new PodSide();
    echo = await Program.tcp((socket) => socket.pipe(socket));
    target = { pod: "web-1", uid: "1", port: echo.port };
    resolved = 0;
    doubt = () => false;
    const finder = new PodFinder({
      ...neverWatched,
      doubt: () => doubt(),
      resolve: async () => {
        resolved += 1;
        if (target instanceof ForwardError) throw target;
        return target;
      },
    });
    const meter = { bytesIn: 0, bytesOut: 0 };
    pool = new TunnelPool({ namespace: "default", dialer: pod, finder, meter });
  });

  afterEach(async () => {
    pool.close(REMOVED);
    pod.close();
    await echo.close();
  });

  async function works(socket: SubrequestSocket): Promise<boolean> {
    socket.write("ping");
    const [chunk] = await once(socket, "data");
    return String(chunk) === "ping";
  }

  it("dials nothing before it is asked", () => {
    expect([pool.size, pod.dialled.length]).toEqual([0, 0]);
  });

  it("dials once for all who ask at the same time, as many as a tunnel carries", async () => {
    const opened = Array.from({ length: MAX_SUBREQUESTS_PER_TUNNEL }, () => pool.open(false));
    expect(pool.connecting).toBe(true);
    const sockets = await Promise.all(opened);
    expect([pool.size, pod.dialled.length, resolved]).toEqual([1, 1, 1]);
    expect((await Promise.all(sockets.map(works))).every(Boolean)).toBe(true);
  });

  it("dials another when one is full, and looks for the pod once for all", async () => {
    const count = MAX_SUBREQUESTS_PER_TUNNEL * 3;
    const sockets = await Promise.all(Array.from({ length: count }, () => pool.open(false)));
    expect([pool.size, pool.load, resolved]).toEqual([3, count, 1]);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => [pool.load, pod.streams], PATIENT).toEqual([0, 0]);
    expect(pool.size).toBe(3);
  });

  it("gives every subrequest of a tunnel its own id, error stream first", async () => {
    const ids: string[] = [];
    pod.intercept = (data, error) => {
      ids.push(`${error.headers.streamtype} ${error.headers.requestid} ${data.headers.port}`);
      return false;
    };
    await pool.open(false);
    await pool.open(false);
    expect(ids).toEqual([`error 0 ${echo.port}`, `error 1 ${echo.port}`]);
  });

  it("puts nothing new beside a large transfer", async () => {
    const large = await pool.open(false);
    large.resume();
    const bytes = Buffer.alloc(512 * 1024);
    large.write(bytes);
    await expect.poll(() => large.carrier.bulk, PATIENT).toBe(true);
    const small = await pool.open(false);
    expect(small.carrier).not.toBe(large.carrier);
    expect(await works(small)).toBe(true);
    large.destroy();
    await once(large, "close");
    small.destroy();
    await once(small, "close");
    await pool.open(false);
    expect(pool.size).toBe(2);
  });

  it("puts nothing new behind an upload that trickles into a full pipe", { timeout: 8_000 }, async () => {
    pod.intercept = (data) => {
      data.pause();
      return true;
    };
    const uploading = await pool.open(false);
    pod.intercept = null;
    vi.useFakeTimers({ toFake: ["Date"] });
    // Small pieces with pauses between: never a large transfer, until they no longer leave.
    const piece = Buffer.alloc(128 * 1024);
    let taken = true;
    while (taken) {
      vi.setSystemTime(Date.now() + 2_000);
      const left = new Promise<boolean>((resolve) => uploading.write(piece, () => resolve(true)));
      taken = await Promise.race([left, new Promise<boolean>((resolve) => setTimeout(resolve, 200, false))]);
    }
    vi.useRealTimers();
    const next = await pool.open(false);
    expect(next.carrier).not.toBe(uploading.carrier);
    expect(await works(next)).toBe(true);
  });

  it("puts nothing new on a stalled tunnel, and opens elsewhere what began on it", async () => {
    const stalled = await pool.open(false);
    const neighbour = await pool.open(false);
    // Nobody reads this one, so its tunnel stops once its buffers are full.
    stalled.write(Buffer.alloc(8 * 1024 * 1024));
    await expect.poll(() => stalled.carrier.stalled, PATIENT).toBe(true);
    const next = await pool.open(false);
    expect(next.carrier).not.toBe(stalled.carrier);
    expect(await works(next)).toBe(true);
    // The neighbour waits, and goes on when the slow reader does.
    neighbour.write("ping");
    stalled.resume();
    expect(String((await once(neighbour, "data"))[0])).toBe("ping");
  });

  it("fails the subrequests of a lost tunnel and dials for the next one", async () => {
    const socket = await pool.open(false);
    const lost = new Promise<Error>((resolve) => socket.once("error", resolve));
    pod.drop();
    expect(await lost).toMatchObject({ code: "TUNNEL" });
    await expect.poll(() => pool.size, PATIENT).toBe(0);
    expect(await works(await pool.open(false))).toBe(true);
    expect(pod.dialled).toHaveLength(2);
  });

  it("opens elsewhere what a tunnel refuses by dying, without telling anybody", async () => {
    await pool.open(false);
    const [connection] = pod.connections;
    const opening = pool.open(false);
    connection?.destroy();
    expect(await works(await opening)).toBe(true);
    expect(pod.dialled).toHaveLength(2);
  });

  it("passes the pod's words on: connection refused keeps the tunnel, a lost sandbox does not", async () => {
    const say = async (text: string) => {
      pod.intercept = (data, error) => {
        error.end(text);
        data.reset();
        return true;
      };
      const socket = await pool.open(false);
      return new Promise<Error>((resolve) => socket.once("error", resolve));
    };
    expect(await say("dial tcp4 127.0.0.1:81: connect: connection refused")).toMatchObject({
      code: "REFUSED",
      message: "dial tcp4 127.0.0.1:81: connect: connection refused",
    });
    expect(pool.size).toBe(1);
    expect(await say('network namespace for sandbox "1" is closed')).toMatchObject({ code: "NOT_RUNNING" });
    await expect.poll(() => pool.size, PATIENT).toBe(0);
  });

  it("reports a dial that fails to all who waited for it, and tries again for the next", async () => {
    pod.refusal = new Error("no");
    const failed = await Promise.allSettled([pool.open(false), pool.open(false)]);
    expect(failed.map((result) => result.status)).toEqual(["rejected", "rejected"]);
    expect(pod.dialled).toHaveLength(1);
    pod.refusal = null;
    expect(await works(await pool.open(false))).toBe(true);
  });

  it("finds again when the pod that a watch knew cannot be dialled", async () => {
    pod.refusal = new Error("the pod is gone");
    doubt = () => {
      pod.refusal = null;
      target = { pod: "web-2", uid: "2", port: echo.port };
      return true;
    };
    expect(await works(await pool.open(false))).toBe(true);
    expect(pod.dialled).toEqual(["web-1", "web-2"]);
  });

  it("asks once for a tunnel that may not be had, and says that it is a matter of rights", async () => {
    pod.refusal = new AccessError("FORBIDDEN", "You may not create pods/portforward in default.");
    doubt = () => true;
    await expect(pool.open(false)).rejects.toMatchObject({
      code: "FORBIDDEN",
      message: "You may not create pods/portforward in default.",
    });
    expect([pod.dialled, resolved]).toEqual([["web-1"], 1]);
  });

  it("says at once that a target which never served does not run", async () => {
    target = new ForwardError("NOT_RUNNING", "Pending");
    await expect(pool.open(false)).rejects.toMatchObject({ code: "NOT_RUNNING" });
    expect(resolved).toBe(1);
  });

  it("waits for the next pod when one that served is gone, and leaves the old one's tunnels", async () => {
    const old = await pool.open(false);
    target = new ForwardError("NO_SUCH_POD", "gone");
    pod.drop();
    await expect.poll(() => pool.size, PATIENT).toBe(0);
    const opening = pool.open(false);
    await expect.poll(() => resolved, PATIENT).toBeGreaterThan(2);
    target = { pod: "web-2", uid: "2", port: echo.port };
    expect(await works(await opening)).toBe(true);
    expect(pod.dialled).toEqual(["web-1", "web-2"]);
    expect(old.destroyed).toBe(true);
  });

  it("retires tunnels to a pod that no longer serves once they are empty", async () => {
    const old = await pool.open(false);
    pool.keepOnly("2");
    target = { pod: "web-2", uid: "2", port: echo.port };
    const next = await pool.open(false);
    expect([old.carrier.pod, next.carrier.pod, pool.size]).toEqual(["web-1", "web-2", 2]);
    expect(await works(old)).toBe(true);
    old.destroy();
    await expect.poll(() => pool.size, PATIENT).toBe(1);
  });

  it("ends everything and takes nothing new when it is closed", async () => {
    const socket = await pool.open(false);
    pool.close(REMOVED);
    await expect.poll(() => socket.destroyed, PATIENT).toBe(true);
    await expect(pool.open(false)).rejects.toMatchObject({ code: "CLOSED" });
    await expect.poll(() => pod.connections.size, PATIENT).toBe(0);
  });
});
