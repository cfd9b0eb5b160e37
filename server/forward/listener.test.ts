import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Forward } from "./forward.ts";
import { OnePodCluster, PodSide, silent } from "./pod-side.fixture.ts";
import { freePort, PATIENT, Program } from "./program.fixture.ts";
import { TargetResolver } from "./target-resolver.ts";

const REMOVED = { cause: "ended-by-person", words: "the forward was removed" } as const;

const MIB = 1024 * 1024;

describe("ForwardListener", () => {
  const closers: (() => Promise<void>)[] = [];
  let pod: PodSide;

  beforeEach(() => {
    pod = new PodSide();
    closers.push(async () => pod.close());
  });

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function forwardTo(port: number): Promise<Forward> {
    const target = { namespace: "default", kind: "Pod", name: "web", port };
    const resolver = new TargetResolver(new OnePodCluster(), target);
    const parts = { id: "x", cluster: "demo", owner: "ann", log: silent };
    const forward = new Forward({ ...parts, target, dialer: pod, resolver });
    await forward.listen();
    closers.push(() => forward.close(REMOVED));
    return forward;
  }

  async function listenerTo(onConnection: (socket: Socket) => void) {
    const program = await Program.tcp(onConnection);
    closers.push(() => program.close());
    return { program, forward: await forwardTo(program.port) };
  }

  function dial(forward: Forward, allowHalfOpen = false): Socket {
    const [host, port] = (forward.status().local ?? "").split(":");
    const socket = connect({ host, port: Number(port), allowHalfOpen });
    socket.on("error", () => {});
    return socket;
  }

  /** Up to the other side's end; this side stays as it is. */
  async function textOf(socket: Socket): Promise<string> {
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    await once(socket, "end");
    return text;
  }

  it("listens on loopback only", async () => {
    const { forward } = await listenerTo(() => {});
    expect(forward.status().local).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it("passes the person's half-close on and still brings the answer", async () => {
    const { forward } = await listenerTo(async (socket) => {
      const asked = await textOf(socket);
      socket.end(`you said ${asked}`);
    });
    const socket = dial(forward, true);
    socket.end("hello");
    expect(await textOf(socket)).toBe("you said hello");
    await expect.poll(() => pod.streams, PATIENT).toBe(0);
  });

  it("passes the program's half-close on and still takes what the person says", async () => {
    let heard: Promise<string> | undefined;
    const { forward } = await listenerTo((socket) => {
      heard = textOf(socket);
      socket.end("that was all");
    });
    const socket = dial(forward, true);
    expect(await textOf(socket)).toBe("that was all");
    socket.end("one more thing");
    expect(await heard).toBe("one more thing");
    await expect.poll(() => pod.streams, PATIENT).toBe(0);
  });

  it("carries many connections at once, each its own bytes", async () => {
    const { forward } = await listenerTo((socket) => socket.pipe(socket));
    const sums = await Promise.all(
      Array.from({ length: 32 }, async () => {
        const bytes = randomBytes(MIB);
        const socket = dial(forward, true);
        socket.end(bytes);
        const hash = createHash("sha256");
        for await (const chunk of socket) hash.update(chunk);
        return hash.digest("hex") === createHash("sha256").update(bytes).digest("hex");
      }),
    );
    expect(sums).toEqual(Array(32).fill(true));
    expect(forward.status().bytesIn).toBe(32 * MIB);
    expect(forward.status().bytesOut).toBe(32 * MIB);
  });

  it("holds the program back while the person does not read", async () => {
    let sent = 0;
    const block = Buffer.alloc(64 * 1024);
    const { forward } = await listenerTo((socket) => {
      const more = () => {
        do sent += block.byteLength;
        while (socket.write(block));
        socket.once("drain", more);
      };
      more();
    });
    const socket = dial(forward);
    socket.pause();
    let last = -1;
    await expect
      .poll(
        () => {
          const still = sent === last;
          last = sent;
          return still && sent > MIB;
        },
        { ...PATIENT, interval: 200 },
      )
      .toBe(true);
    // What fills the kernel's buffers on the way, and no more than that.
    expect(sent).toBeLessThan(64 * MIB);
    socket.destroy();
    await expect.poll(() => pod.streams, PATIENT).toBe(0);
  });

  it("resets a connection to a port on which nothing listens, and no other", async () => {
    const { forward } = await listenerTo((socket) => socket.pipe(socket));
    const good = dial(forward);
    good.write("a");
    expect(String((await once(good, "data"))[0])).toBe("a");
    const nowhere = await freePort();
    pod.portOf = () => nowhere;
    const bad = dial(forward);
    const failed = new Promise<Error>((resolve) => bad.once("error", resolve));
    expect(await failed).toMatchObject({ code: "ECONNRESET" });
    expect(forward.status().problem).toContain("connection refused");
    good.write("b");
    expect(String((await once(good, "data"))[0])).toBe("b");
    expect(pod.dialled).toHaveLength(1);
  });

  it("resets a transfer that is cut, so that it does not look complete, and dials again", async () => {
    const { forward } = await listenerTo((socket) => socket.write("half"));
    const socket = dial(forward);
    await once(socket, "data");
    const failed = new Promise<Error>((resolve) => socket.once("error", resolve));
    pod.drop();
    expect(await failed).toMatchObject({ code: "ECONNRESET" });
    const next = dial(forward);
    expect(String((await once(next, "data"))[0])).toBe("half");
    expect(pod.dialled).toHaveLength(2);
  });

  it("closes the port and its connections with the forward", async () => {
    const { forward } = await listenerTo((socket) => socket.write("x"));
    const socket = dial(forward);
    await once(socket, "data");
    const closed = once(socket, "close");
    const again = dial(forward);
    await once(again, "connect");
    await forward.close(REMOVED);
    await closed;
    await expect.poll(() => pod.programs.size, PATIENT).toBe(0);
    const late = dial(forward);
    expect(await new Promise<Error>((resolve) => late.once("error", resolve))).toBeInstanceOf(Error);
  });
});
