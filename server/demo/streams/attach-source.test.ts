/** attach: the output of a main process. */
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { DemoStreams } from "#server/testing/demo-streams.ts";
import { until } from "#server/testing/loopback.ts";

const streams = DemoStreams.forTests();

describe("attach", () => {
  const path = "/api/v1/namespaces/default/pods/shell/attach?stdout=true&stdin=true";

  it("shows what the main process prints from now on, and takes input without minding it", async () => {
    const client = await streams.open(path);
    client.stdin("hello\n");
    await until("two ticks", () => (client.stdout.match(/tick \d+\n/g) ?? []).length >= 2);
    const ticks = [...client.stdout.matchAll(/tick (\d+)\n/g)].map((match) => Number(match[1]));
    expect(ticks[1]).toBe(ticks[0]! + 1);
    expect(client.stdout).not.toContain("hello");
    expect(client.ws.readyState).toBe(WebSocket.OPEN);
  });

  it("ends on a broken CLOSE", async () => {
    const client = await streams.open(path);
    client.ws.send(Buffer.of(255));
    expect((await client.ended()).code).toBe(1002);
  });
});
