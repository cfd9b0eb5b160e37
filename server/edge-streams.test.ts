/** What is asked of the cluster and what flows: rows A9, A10, A26, A27 and A29, on the whole server. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { until } from "#server/testing/loopback.ts";
import { Edge, EXEC } from "./edge.fixture.ts";

let edge: Edge;
let origin: string;
let machine: { authorization: string };

beforeAll(async () => {
  edge = await Edge.start();
  ({ origin, machine } = edge);
});

afterAll(() => edge.close());

describe("what is asked of the cluster (A9, A10)", () => {
  const create = async (body: object, path = "/api/sessions") => {
    const answer = await fetch(origin + path, {
      method: "POST",
      headers: { ...machine, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return {
      code: answer.status,
      ...((await answer.json()) as { kind?: string; message?: string; reason?: string }),
    };
  };

  it.each([
    { pod: "../../kube-system/pods/etcd-0" },
    { pod: "x/exec?command=id&x=" },
    { pod: "" },
    { namespace: "..%2f" },
    { namespace: "Default" },
    { container: "main&command=id" },
    { command: [] },
    { command: "id" },
    { cols: 0 },
    { rows: 1e9 },
    { cluster: 7 },
  ])("is refused for %j", async (wrong) => {
    const answer = await create({ cluster: "demo", namespace: "default", pod: "shell", ...wrong });
    expect(answer).toMatchObject({ code: 400, kind: "Status" });
  });

  it.each([0, -1, 65_536, 1.5, "80", "80@evil", "1e3", "８０", null])(
    "is refused for port %j",
    async (wrong) => {
      const answer = await create(
        { cluster: "demo", namespace: "default", kind: "Pod", name: "web", port: wrong },
        "/api/forwards",
      );
      expect(answer.code).toBe(400);
    },
  );

  it("says what is missing, in the cluster's own code", async () => {
    const session = { cluster: "demo", namespace: "default", pod: "shell", container: "main" };
    expect(await create({ ...session, pod: "shells" })).toMatchObject({
      code: 404,
      message: 'pods "shells" not found',
    });
    expect(await create({ ...session, cluster: "elsewhere" })).toMatchObject({ code: 404 });
    expect((await create({ ...session, container: "nope" })).code).toBeGreaterThanOrEqual(400);
    const viewer = await create({ ...session, cluster: "demo-viewer" });
    expect(viewer).toMatchObject({ code: 403, reason: "Forbidden" });
    expect(viewer.message).toMatch(/create pods\/exec in default/);
    const forward = { cluster: "demo-viewer", namespace: "default", kind: "Pod", name: "web", port: 8080 };
    expect(await create(forward, "/api/forwards")).toMatchObject({ code: 403 });
  });
});

describe("frames that should not be (A26, A27, A29)", () => {
  it.each([
    ["a text frame", (ws: WebSocket) => ws.send("0ls\n"), 1003],
    ["an oversized frame", (ws: WebSocket) => ws.send(Buffer.alloc(2 * 1024 * 1024)), 1009],
    ["a CLOSE of no channel", (ws: WebSocket) => ws.send(Uint8Array.of(255, 5)), 1002],
    ["a malformed CLOSE", (ws: WebSocket) => ws.send(Uint8Array.of(255, 0, 0)), 1002],
  ])("%s ends that stream and no other", async (_name, misbehave, code) => {
    const neighbour = edge.dial(EXEC);
    const bad = edge.dial(EXEC);
    await Promise.all([neighbour.opened, bad.opened]);
    misbehave(bad.ws);
    await until("the end", () => bad.seen.code !== 0);
    expect(bad.seen.code).toBe(code);
    neighbour.ws.send(Buffer.concat([Buffer.of(0), Buffer.from("still here")]));
    await until("the echo", () => Buffer.concat(neighbour.seen.frames).includes("still here"));
    neighbour.ws.terminate();
  });

  it("empty frames and those on a server's channels are skipped, and the channel half-close ends cat with exit 0", async () => {
    const { ws, seen, opened } = edge.dial(EXEC);
    await opened;
    ws.send(new Uint8Array());
    ws.send(Buffer.from('\x03{"status":"Failure"}'));
    ws.send(Uint8Array.of(1, 65));
    ws.send(Buffer.concat([Buffer.of(0), Buffer.from("whole")]));
    ws.send(Uint8Array.of(255, 0));
    await until("the close", () => seen.code !== 0);
    expect(seen.code).toBe(1000);
    expect(
      Buffer.concat(
        seen.frames.filter((frame) => frame[0] === 1).map((frame) => frame.subarray(1)),
      ).toString(),
    ).toBe("whole");
    expect(seen.frames.at(-1)![0]).toBe(3);
    expect(JSON.parse(seen.frames.at(-1)!.subarray(1).toString()).status).toBe("Success");
  });

  it("a reader that stalls on a flood costs a bounded amount, and then gets every byte", async () => {
    const bytes = 64 * 1024 * 1024;
    const flood = EXEC.replace(
      "command=cat",
      `command=head&command=-c&command=${bytes}&command=/dev/zero`,
    ).replace("stdin=true&", "");
    const { ws, seen, opened } = edge.dial(flood);
    await opened;
    ws.pause();
    const before = process.memoryUsage().rss;
    // Long enough for the relay to fill what it may fill: each answer is a turn of its event loop.
    for (let turn = 0; turn < 300; turn += 1) await fetch(`${origin}/healthz`);
    expect(process.memoryUsage().rss - before).toBeLessThan(40 * 1024 * 1024);
    let received = 0;
    ws.removeAllListeners("message");
    ws.on("message", (data: Buffer) => {
      if (data[0] === 1) received += data.byteLength - 1;
    });
    received += seen.frames
      .filter((frame) => frame[0] === 1)
      .reduce((sum, frame) => sum + frame.byteLength - 1, 0);
    ws.resume();
    await until("every byte", () => seen.code !== 0, 20_000);
    expect(received).toBe(bytes);
  });
});
