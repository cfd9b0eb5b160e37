import { describe, expect, it } from "vitest";
import { DemoRequests } from "#server/testing/demo-requests.ts";

const requests = DemoRequests.forTests();

describe("access reviews", () => {
  async function review(
    spec: unknown,
    token = requests.demo.tokens.viewer,
    kind = "selfsubjectaccessreviews",
  ) {
    const body = JSON.stringify({
      kind: "SelfSubjectAccessReview",
      apiVersion: "authorization.k8s.io/v1",
      spec,
    });
    return requests.json(`/apis/authorization.k8s.io/v1/${kind}`, { method: "POST", body }, token);
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
    const admin = await review({ resourceAttributes: { verb, ...attributes } }, requests.demo.tokens.admin);
    expect(admin.body.status).toMatchObject({ allowed: true });
  });

  it.each([
    ["getter", { get: true, create: false }],
    ["creator", { get: false, create: true }],
  ] as const)("answers the %s verb by verb", async (user, allowed) => {
    for (const subresource of ["exec", "attach", "portforward"]) {
      for (const verb of ["get", "create"] as const) {
        const attributes = { ...exec, subresource, verb };
        const { body } = await review({ resourceAttributes: attributes }, requests.demo.tokens[user]);
        expect(body.status).toMatchObject({ allowed: allowed[verb] });
      }
    }
    const pods = { resourceAttributes: { verb: "list", resource: "pods" } };
    expect((await review(pods, requests.demo.tokens[user])).body.status).toMatchObject({ allowed: true });
  });

  it("lists the rules, and refuses a review that asks nothing", async () => {
    const rules = await review(
      { namespace: "default" },
      requests.demo.tokens.viewer,
      "selfsubjectrulesreviews",
    );
    expect(JSON.stringify(rules.body.status)).not.toContain("pods/exec");
    expect((await review(undefined)).code).toBe(400);
    expect((await review({})).code).toBe(400);
    expect(
      (
        await requests.json("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
          method: "POST",
          body: "{",
        })
      ).code,
    ).toBe(400);
  });
});
