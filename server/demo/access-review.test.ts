import { describe, expect, it } from "vitest";
import { DemoRequests } from "#testing/demo-requests";

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
