/** The demo API server over plain HTTP: what kubectl and Porthole's page read of it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLogger } from "#server/log";
import { until } from "#testing/loopback";
import { type DemoCluster, startDemoCluster } from "./demo-cluster";

const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
const PODS = "/api/v1/namespaces/default/pods";

let demo: DemoCluster;
beforeAll(async () => {
  demo = await startDemoCluster({ log: createLogger("text", "silent"), namespaces: false });
});
afterAll(() => demo.close());

function request(path: string, init: RequestInit = {}, token = demo.tokens.admin): Promise<Response> {
  return fetch(`${demo.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...init.headers },
  });
}

async function json(path: string, init?: RequestInit, token?: string) {
  const response = await request(path, init, token);
  return { code: response.status, body: (await response.json()) as Record<string, unknown> };
}

const namesOf = (list: Record<string, unknown>) =>
  (list.items as { metadata: { name: string } }[]).map((item) => item.metadata.name);

describe("authentication", () => {
  it.each([
    ["no header", undefined],
    ["another token", "Bearer nonsense"],
    ["another scheme", "Basic YTpi"],
    ["an empty token", "Bearer "],
  ])("answers %s with a 401 Status", async (_case, authorization) => {
    const headers: Record<string, string> = authorization ? { authorization } : {};
    const response = await fetch(`${demo.url}${PODS}`, { headers });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      kind: "Status",
      status: "Failure",
      reason: "Unauthorized",
      code: 401,
    });
  });

  it("has fresh tokens of 256 bits, one per user", () => {
    expect(Buffer.from(demo.tokens.admin, "base64url").byteLength).toBe(32);
    expect(demo.tokens.admin).not.toBe(demo.tokens.viewer);
  });
});

describe("discovery", () => {
  it("lists what there is, with the short names kubectl expands", async () => {
    const { body } = await json("/api/v1");
    const resources = body.resources as { name: string; shortNames?: string[]; verbs: string[] }[];
    expect(resources.find((entry) => entry.name === "pods")).toMatchObject({
      shortNames: ["po"],
      kind: "Pod",
    });
    expect(resources.map((entry) => entry.name)).toEqual(
      expect.arrayContaining(["pods/exec", "pods/attach", "pods/portforward", "pods/log", "services"]),
    );
  });

  it.each([
    "/version",
    "/api",
    "/apis",
    "/apis/apps",
    "/apis/apps/v1",
    "/apis/batch/v1",
    "/apis/authorization.k8s.io/v1",
  ])("answers %s", async (path) => {
    expect((await json(path)).code).toBe(200);
  });

  it.each([
    "/",
    "/api/v2",
    "/apis/nope",
    "/apis/apps/v2",
    "/api/v1/secrets",
    "/api/v1/namespaces/x/secrets/y",
    `${PODS}/shell/x/y`,
  ])("does not know %s", async (path) => {
    expect((await json(path)).code).toBe(404);
  });
});

describe("reading", () => {
  it("lists one namespace, or all", async () => {
    expect(namesOf((await json(PODS)).body)).toEqual(["shell", "web"]);
    const all = namesOf((await json("/api/v1/pods")).body);
    expect(all).toEqual(expect.arrayContaining(["shell", "web", "api", "trainer-0", "cache-0"]));
  });

  it("selects by labels and fields", async () => {
    const path = "/api/v1/pods?labelSelector=app%3Dstorefront&fieldSelector=status.phase%3DRunning";
    expect(namesOf((await json(path)).body).length).toBe(2);
    expect((await json("/api/v1/pods?fieldSelector=spec.x%3D1")).code).toBe(400);
  });

  it("gets one, or says which is not there", async () => {
    expect((await json(`${PODS}/web`)).body).toMatchObject({
      kind: "Pod",
      metadata: { annotations: { "kubectl.kubernetes.io/default-container": "app" } },
      status: { phase: "Running" },
    });
    expect((await json(`${PODS}/gone`)).body).toMatchObject({ code: 404, message: 'pods "gone" not found' });
  });

  it("prints tables, with metadata to each row", async () => {
    const { body } = await json("/api/v1/pods", { headers: { accept: TABLE } });
    expect(body.kind).toBe("Table");
    const rows = body.rows as {
      cells: string[];
      object: { kind: string; metadata: { namespace: string } };
    }[];
    const importer = rows.find((row) => row.cells[0]?.startsWith("importer"));
    expect(importer?.cells.slice(1, 3)).toEqual(["0/1", "CrashLoopBackOff"]);
    expect(importer?.cells[3]).toMatch(/^\d+ \(.* ago\)$/);
    expect(importer?.object).toMatchObject({
      kind: "PartialObjectMetadata",
      metadata: { namespace: "batch" },
    });
  });

  it.each(["namespaces", "nodes", "services", "events"])("prints a table of %s", async (plural) => {
    const { body } = await json(`/api/v1/${plural}`, { headers: { accept: TABLE } });
    const columns = (body.columnDefinitions as unknown[]).length;
    const rows = body.rows as { cells: unknown[] }[];
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row.cells.length === columns)).toBe(true);
  });

  it.each(["apps/v1/deployments", "apps/v1/replicasets", "apps/v1/statefulsets", "batch/v1/jobs"])(
    "prints a table of %s",
    async (path) => {
      const { body } = await json(`/apis/${path}`, { headers: { accept: TABLE } });
      const columns = (body.columnDefinitions as unknown[]).length;
      expect((body.rows as { cells: unknown[] }[]).every((row) => row.cells.length === columns)).toBe(true);
    },
  );

  it("takes no change, and answers what it cannot write with 406", async () => {
    expect((await json(PODS, { method: "POST", body: "{}" })).code).toBe(405);
    expect((await json(`${PODS}/shell`, { method: "DELETE" })).code).toBe(405);
    expect((await json(PODS, { headers: { accept: "application/yaml" } })).code).toBe(406);
  });
});

describe("watching", () => {
  async function watch(query: string, accept = "application/json") {
    const abort = new AbortController();
    const response = await request(`/api/v1/pods?watch=true&${query}`, {
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
    const { body } = await json("/api/v1/pods");
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
    expect((await json("/api/v1/pods?watch=1&resourceVersion=abc")).code).toBe(400);
  });
});

describe("logs", () => {
  it.each([
    ["tailLines=2", 2],
    ["tailLines=0", 0],
    ["sinceSeconds=1&tailLines=100", 0],
  ])("answers ?%s with at least %i lines", async (query, lines) => {
    const text = await (await request(`${PODS}/shell/log?${query}`)).text();
    const count = text.split("\n").length - 1;
    expect(count).toBeGreaterThanOrEqual(lines);
    expect(count).toBeLessThanOrEqual(Math.max(lines, 3));
  });

  it("stamps lines with their time", async () => {
    const text = await (await request(`${PODS}/shell/log?timestamps=true&tailLines=1`)).text();
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{9}Z tick \d+\n$/);
  });

  it("follows", async () => {
    const abort = new AbortController();
    const response = await request(`${PODS}/shell/log?follow=true&tailLines=1`, { signal: abort.signal });
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
      expect(await (await request(`${path}?${query}`)).text()).toMatch(
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
    expect((await json(path)).body).toMatchObject({ code: 400, message });
  });

  it("is empty for a pod that has not been scheduled", async () => {
    const response = await request("/api/v1/namespaces/batch/pods/trainer-0/log?follow=true");
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });
});

describe("the viewer", () => {
  it("reads pods and logs", async () => {
    expect((await json(PODS, {}, demo.tokens.viewer)).code).toBe(200);
    expect((await request(`${PODS}/shell/log?tailLines=1`, {}, demo.tokens.viewer)).status).toBe(200);
  });

  it.each(["exec?command=ls&stdout=true", "attach?stdout=true", "portforward"])(
    "may not create pods/%s",
    async (path) => {
      const subresource = path.split("?")[0];
      const { body } = await json(`${PODS}/shell/${path}`, { method: "POST" }, demo.tokens.viewer);
      expect(body).toMatchObject({
        code: 403,
        reason: "Forbidden",
        message: `pods "shell" is forbidden: User "viewer" cannot create resource "pods/${subresource}" in API group "" in the namespace "default"`,
      });
    },
  );

  it("is told its own name for what is not served at all", async () => {
    const { body } = await json("/api/v1/secrets", {}, demo.tokens.viewer);
    expect(body.message).toBe(
      'secrets is forbidden: User "viewer" cannot list resource "secrets" in API group "" at the cluster scope',
    );
  });
});

describe("a stream without an upgrade", () => {
  it("is 400, after the checks of pod and container", async () => {
    const path = `${PODS}/shell/exec?command=ls&stdout=true`;
    expect((await json(path)).body).toMatchObject({ code: 400, message: "Upgrade request required" });
    expect((await json(`${PODS}/gone/exec?command=ls&stdout=true`)).code).toBe(404);
  });
});

describe("access reviews", () => {
  async function review(spec: unknown, token = demo.tokens.viewer, kind = "selfsubjectaccessreviews") {
    const body = JSON.stringify({
      kind: "SelfSubjectAccessReview",
      apiVersion: "authorization.k8s.io/v1",
      spec,
    });
    return json(`/apis/authorization.k8s.io/v1/${kind}`, { method: "POST", body }, token);
  }
  const exec = { resource: "pods", subresource: "exec", namespace: "default" };

  it.each([
    ["create", exec, false],
    ["get", exec, false],
    ["get", { resource: "pods" }, true],
    ["get", { resource: "pods", subresource: "log" }, true],
    ["list", { resource: "deployments", group: "apps" }, true],
    ["list", { resource: "deployments" }, false],
    ["list", { resource: "secrets" }, false],
    ["*", { resource: "*" }, false],
  ])("answers whether the viewer may %s %j", async (verb, attributes, allowed) => {
    const { code, body } = await review({ resourceAttributes: { verb, ...attributes } });
    expect(code).toBe(201);
    expect(body.status).toMatchObject({ allowed });
    const admin = await review({ resourceAttributes: { verb, ...attributes } }, demo.tokens.admin);
    expect(admin.body.status).toMatchObject({ allowed: true });
  });

  it("lists the rules, and refuses a review that asks nothing", async () => {
    const rules = await review({ namespace: "default" }, demo.tokens.viewer, "selfsubjectrulesreviews");
    expect(JSON.stringify(rules.body.status)).not.toContain("pods/exec");
    expect((await review(undefined)).code).toBe(400);
    expect((await review({})).code).toBe(400);
    expect(
      (await json("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", { method: "POST", body: "{" }))
        .code,
    ).toBe(400);
  });
});
