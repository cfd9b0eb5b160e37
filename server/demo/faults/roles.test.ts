import { describe, expect, it } from "vitest";
import { DemoStreams } from "#server/testing/demo-streams.ts";
import { execPath } from "#server/testing/v5-client.ts";

describe("a role that is taken away while the cluster runs", () => {
  const streams = DemoStreams.forTests({ namespaces: false });

  it("is missing for the next stream and the next review, and is there again when it is restored", async () => {
    const { demo } = streams;
    const mayExec = async () => {
      const resourceAttributes = {
        verb: "create",
        resource: "pods",
        subresource: "exec",
        namespace: "default",
      };
      const answer = await fetch(`${demo.url}/apis/authorization.k8s.io/v1/selfsubjectaccessreviews`, {
        method: "POST",
        headers: { authorization: `Bearer ${demo.tokens.admin}`, "content-type": "application/json" },
        body: JSON.stringify({
          apiVersion: "authorization.k8s.io/v1",
          kind: "SelfSubjectAccessReview",
          spec: { resourceAttributes },
        }),
      });
      return ((await answer.json()) as { status: { allowed: boolean } }).status.allowed;
    };
    expect(await mayExec()).toBe(true);
    demo.roles.give("admin", "viewer");
    expect(await mayExec()).toBe(false);
    expect(await streams.refused(execPath(["true"]))).toMatchObject({ code: 403 });
    demo.roles.restore();
    expect(await mayExec()).toBe(true);
    demo.roles.takeAll("admin");
    expect(await mayExec()).toBe(false);
    demo.roles.restore();
    await (await streams.open(execPath(["true"]))).ended();
  });
});
