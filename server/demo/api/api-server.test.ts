/** The demo API server over plain HTTP: what kubectl and Porthole's page read of it. */
import { describe, expect, it } from "vitest";
import { DemoRequests } from "#server/testing/demo-requests.ts";

const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
const PODS = "/api/v1/namespaces/default/pods";
const requests = DemoRequests.forTests();

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
    const response = await fetch(`${requests.demo.url}${PODS}`, { headers });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      kind: "Status",
      status: "Failure",
      reason: "Unauthorized",
      code: 401,
    });
  });

  it("has fresh tokens of 256 bits, one per user", () => {
    expect(Buffer.from(requests.demo.tokens.admin, "base64url").byteLength).toBe(32);
    expect(requests.demo.tokens.admin).not.toBe(requests.demo.tokens.viewer);
  });
});

describe("discovery", () => {
  it("lists what there is, with the short names kubectl expands", async () => {
    const { body } = await requests.json("/api/v1");
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
    expect((await requests.json(path)).code).toBe(200);
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
    expect((await requests.json(path)).code).toBe(404);
  });
});

describe("reading", () => {
  it("lists one namespace, or all", async () => {
    expect(namesOf((await requests.json(PODS)).body)).toEqual(["shell", "web"]);
    const all = namesOf((await requests.json("/api/v1/pods")).body);
    expect(all).toEqual(expect.arrayContaining(["shell", "web", "api", "trainer-0", "cache-0"]));
  });

  it("selects by labels and fields", async () => {
    const path = "/api/v1/pods?labelSelector=app%3Dstorefront&fieldSelector=status.phase%3DRunning";
    expect(namesOf((await requests.json(path)).body).length).toBe(2);
    expect((await requests.json("/api/v1/pods?fieldSelector=spec.x%3D1")).code).toBe(400);
  });

  it("gets one, or says which is not there", async () => {
    expect((await requests.json(`${PODS}/web`)).body).toMatchObject({
      kind: "Pod",
      metadata: { annotations: { "kubectl.kubernetes.io/default-container": "app" } },
      status: { phase: "Running" },
    });
    expect((await requests.json(`${PODS}/gone`)).body).toMatchObject({
      code: 404,
      message: 'pods "gone" not found',
    });
  });

  it("prints tables, with metadata to each row", async () => {
    const { body } = await requests.json("/api/v1/pods", { headers: { accept: TABLE } });
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
    const { body } = await requests.json(`/api/v1/${plural}`, { headers: { accept: TABLE } });
    const columns = (body.columnDefinitions as unknown[]).length;
    const rows = body.rows as { cells: unknown[] }[];
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row.cells.length === columns)).toBe(true);
  });

  it.each(["apps/v1/deployments", "apps/v1/replicasets", "apps/v1/statefulsets", "batch/v1/jobs"])(
    "prints a table of %s",
    async (path) => {
      const { body } = await requests.json(`/apis/${path}`, { headers: { accept: TABLE } });
      const columns = (body.columnDefinitions as unknown[]).length;
      expect((body.rows as { cells: unknown[] }[]).every((row) => row.cells.length === columns)).toBe(true);
    },
  );

  it("takes no change, and answers what it cannot write with 406", async () => {
    expect((await requests.json(PODS, { method: "POST", body: "{}" })).code).toBe(405);
    expect((await requests.json(`${PODS}/shell`, { method: "DELETE" })).code).toBe(405);
    expect((await requests.json(PODS, { headers: { accept: "application/yaml" } })).code).toBe(406);
  });
});

describe("the viewer", () => {
  it("reads pods and logs", async () => {
    expect((await requests.json(PODS, {}, requests.demo.tokens.viewer)).code).toBe(200);
    expect(
      (await requests.request(`${PODS}/shell/log?tailLines=1`, {}, requests.demo.tokens.viewer)).status,
    ).toBe(200);
  });

  it.each(["exec?command=ls&stdout=true", "attach?stdout=true", "portforward"])(
    "may not create pods/%s",
    async (path) => {
      const subresource = path.split("?")[0];
      const { body } = await requests.json(
        `${PODS}/shell/${path}`,
        { method: "POST" },
        requests.demo.tokens.viewer,
      );
      expect(body).toMatchObject({
        code: 403,
        reason: "Forbidden",
        message: `pods "shell" is forbidden: User "viewer" cannot create resource "pods/${subresource}" in API group "" in the namespace "default"`,
      });
    },
  );

  it("is told its own name for what is not served at all", async () => {
    const { body } = await requests.json("/api/v1/secrets", {}, requests.demo.tokens.viewer);
    expect(body.message).toBe(
      'secrets is forbidden: User "viewer" cannot list resource "secrets" in API group "" at the cluster scope',
    );
  });
});

describe("a stream without an upgrade", () => {
  it("is 400, after the checks of pod and container", async () => {
    const path = `${PODS}/shell/exec?command=ls&stdout=true`;
    expect((await requests.json(path)).body).toMatchObject({
      code: 400,
      message: "Upgrade request required",
    });
    expect((await requests.json(`${PODS}/gone/exec?command=ls&stdout=true`)).code).toBe(404);
  });
});
