import { describe, expect, it } from "vitest";
import { WatchError } from "#protocol/watch-event.ts";
import { type Handler, startApiServer } from "../testing/api-server.ts";
import { clusterFor } from "../testing/cluster.ts";
import { clusterWatchSource } from "./cluster-watch-source.ts";

async function failure(handler: Handler, verb: "list" | "watch"): Promise<WatchError> {
  const api = await startApiServer(handler);
  const source = clusterWatchSource(clusterFor(api.url), "/api/v1/pods", {}, new AbortController().signal);
  const asked: Promise<unknown> = verb === "list" ? source.list({}) : source.watch({ watch: "1" }, 5_000);
  const error: unknown = await asked.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WatchError);
  return error as WatchError;
}

const json = { "content-type": "application/json" };

describe("a watch of the server", () => {
  it.each(["list", "watch"] as const)(
    "learns when a busy API server wants to be asked again: %s",
    async (verb) => {
      const error = await failure((_request, response) => {
        response.writeHead(429, { ...json, "retry-after": "7" });
        response.end(JSON.stringify({ kind: "Status", code: 429, message: "too many requests" }));
      }, verb);
      expect(error).toMatchObject({ code: 429, message: "too many requests", retryAfterMs: 7_000 });
    },
  );

  it("says of a list that breaks off that it did", async () => {
    const error = await failure((_request, response) => {
      response.writeHead(200, json);
      response.write('{"items":[', () => setImmediate(() => response.destroy()));
    }, "list");
    expect(error).toMatchObject({ code: 0, message: expect.stringContaining("in the middle of its answer") });
  });

  it("says of a web page that it is no list", async () => {
    const error = await failure((_request, response) => response.end("<html>"), "list");
    expect(error.message).toContain("A web page (HTML) came in the place");
  });
});
