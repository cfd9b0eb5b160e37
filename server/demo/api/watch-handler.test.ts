import { describe, expect, it } from "vitest";
import { DemoRequests } from "#server/testing/demo-requests.ts";
import { until } from "#server/testing/loopback.ts";

const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
const requests = DemoRequests.forTests();

describe("watching", () => {
  async function watch(query: string, accept = "application/json") {
    const abort = new AbortController();
    const response = await requests.request(`/api/v1/pods?watch=true&${query}`, {
      signal: abort.signal,
      headers: { accept },
    });
    const events: { type: string; object: Record<string, unknown> }[] = [];
    let over = false;
    const read = async () => {
      let text = "";
      for await (const chunk of response.body!) {
        text += Buffer.from(chunk as Uint8Array).toString();
        const lines = text.split("\n");
        text = lines.pop() ?? "";
        events.push(...lines.map((line) => JSON.parse(line)));
      }
      over = true;
    };
    void read().catch(() => {});
    return { events, abort, isOver: () => over, code: response.status };
  }

  it("begins with everything when no version is named, then a bookmark where asked for", async () => {
    const { events, abort } = await watch(
      "sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan",
    );
    await until("the bookmark", () => events.some((event) => event.type === "BOOKMARK"));
    const types = events.map((event) => event.type);
    expect(types.indexOf("BOOKMARK")).toBe(types.length - 1);
    expect(types.slice(0, -1).every((type) => type === "ADDED")).toBe(true);
    expect(events.at(-1)?.object.metadata).toMatchObject({
      annotations: { "k8s.io/initial-events-end": "true" },
    });
    abort.abort();
  });

  it("ends after timeoutSeconds", async () => {
    const { body } = await requests.json("/api/v1/pods");
    const { resourceVersion } = body.metadata as { resourceVersion: string };
    const { events, isOver } = await watch(`resourceVersion=${resourceVersion}&timeoutSeconds=1`);
    await until("the end", isOver);
    expect(events).toEqual([]);
  });

  it("says 410 Expired as an event for a version that is too old", async () => {
    const { events, isOver, code } = await watch("resourceVersion=5");
    await until("the end", isOver);
    expect(code).toBe(200);
    expect(events).toMatchObject([{ type: "ERROR", object: { code: 410, reason: "Expired" } }]);
  });

  it("sends tables to those who print", async () => {
    const { events, abort } = await watch("fieldSelector=metadata.name%3Dshell", TABLE);
    await until("an event", () => events.length > 0);
    expect(events).toMatchObject([{ type: "ADDED", object: { kind: "Table" } }]);
    abort.abort();
  });

  it("refuses a version that is no number", async () => {
    expect((await requests.json("/api/v1/pods?watch=1&resourceVersion=abc")).code).toBe(400);
  });
});
