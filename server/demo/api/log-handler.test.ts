import { describe, expect, it } from "vitest";
import { DemoRequests } from "#server/testing/demo-requests.ts";
import { until } from "#server/testing/loopback.ts";

const PODS = "/api/v1/namespaces/default/pods";
const requests = DemoRequests.forTests();

describe("logs", () => {
  it.each([
    ["tailLines=2", 2],
    ["tailLines=0", 0],
    ["sinceSeconds=1&tailLines=100", 0],
  ])("answers ?%s with at least %i lines", async (query, lines) => {
    const text = await (await requests.request(`${PODS}/shell/log?${query}`)).text();
    const count = text.split("\n").length - 1;
    expect(count).toBeGreaterThanOrEqual(lines);
    expect(count).toBeLessThanOrEqual(Math.max(lines, 3));
  });

  it("stamps lines with their time", async () => {
    const text = await (await requests.request(`${PODS}/shell/log?timestamps=true&tailLines=1`)).text();
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{9}Z tick \d+\n$/);
  });

  it("follows", async () => {
    const abort = new AbortController();
    const response = await requests.request(`${PODS}/shell/log?follow=true&tailLines=1`, {
      signal: abort.signal,
    });
    let text = "";
    const read = async () => {
      for await (const chunk of response.body!) text += Buffer.from(chunk as Uint8Array).toString();
    };
    void read().catch(() => {});
    await until("a live line", () => text.split("\n").length > 2);
    abort.abort();
  });

  it("has what a crashed run printed, and its previous one", async () => {
    const path = "/api/v1/namespaces/batch/pods/importer-5d8f7c9b64-q2w8z/log";
    for (const query of ["follow=true", "previous=true"]) {
      expect(await (await requests.request(`${path}?${query}`)).text()).toMatch(
        /starting\n[\s\S]*connection refused\n$/,
      );
    }
  });

  it.each([
    [`${PODS}/web/log`, "a container name must be specified for pod web, choose one of: [app sidecar]"],
    [`${PODS}/shell/log?container=x`, "container x is not valid for pod shell"],
    [`${PODS}/shell/log?previous=true`, 'previous terminated container "main" in pod "shell" not found'],
    [`${PODS}/shell/log?tailLines=-1`, "invalid tailLines: must be a whole number of at least 0"],
  ])("refuses %s with 400", async (path, message) => {
    expect((await requests.json(path)).body).toMatchObject({ code: 400, message });
  });

  it("is empty for a pod that has not been scheduled", async () => {
    const response = await requests.request("/api/v1/namespaces/batch/pods/trainer-0/log?follow=true");
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });
});
