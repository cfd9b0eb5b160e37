import { describe, expect, it } from "vitest";
import { answerJson, startApiServer } from "../testing/api-server.ts";
import { clusterFor } from "../testing/cluster.ts";
import { accessInfo, selfSubjectAccessReview } from "./access-review.ts";

async function reviewing(status: (attributes: { subresource?: string }) => unknown) {
  const server = await startApiServer(({ body }, response) => {
    answerJson(response, 201, { status: status(JSON.parse(body).spec.resourceAttributes) });
  });
  return { server, cluster: clusterFor(server.url, { user: "viewer" }) };
}

describe("selfSubjectAccessReview", () => {
  it("asks about exactly the action", async () => {
    const { server, cluster } = await reviewing(() => ({ allowed: true, reason: "because" }));
    const action = {
      namespace: "team-a",
      verb: "create",
      resource: "pods",
      subresource: "exec",
      name: "api",
    };
    expect(await selfSubjectAccessReview(cluster, action)).toEqual({ allowed: true, reason: "because" });
    const [seen] = server.seen;
    expect(seen).toMatchObject({
      method: "POST",
      url: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    });
    expect(seen?.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(seen?.body ?? "")).toEqual({
      kind: "SelfSubjectAccessReview",
      apiVersion: "authorization.k8s.io/v1",
      spec: { resourceAttributes: { ...action, group: "" } },
    });
  });

  it.each([null, "yes", 7, [], {}, { status: null }, { status: "allowed" }, { status: { allowed: "yes" } }])(
    "says that %j is no verdict",
    async (answer) => {
      const server = await startApiServer((_request, response) => answerJson(response, 201, answer));
      const asked = selfSubjectAccessReview(clusterFor(server.url), {
        namespace: "n",
        verb: "get",
        resource: "pods",
      });
      await expect(asked).rejects.toMatchObject({ code: "BAD_ANSWER" });
    },
  );

  it("takes only a clear yes for one", async () => {
    const action = { namespace: "n", verb: "get", resource: "pods" };
    const denied = await reviewing(() => ({ allowed: true, denied: true }));
    expect(await selfSubjectAccessReview(denied.cluster, action)).toMatchObject({ allowed: false });
    for (const status of [undefined, {}, { allowed: "true" }]) {
      const { cluster } = await reviewing(() => status);
      await expect(selfSubjectAccessReview(cluster, action)).rejects.toMatchObject({ code: "BAD_ANSWER" });
    }
  });
});

describe("accessInfo", () => {
  it("names verb, resource, namespace and user of what is missing", async () => {
    const { cluster } = await reviewing(({ subresource }) => ({ allowed: subresource === "log" }));
    expect(await accessInfo(cluster, "team-a")).toEqual({
      exec: { allowed: false, reason: 'You may not create pods/exec in team-a (user "viewer").' },
      attach: { allowed: false, reason: 'You may not create pods/attach in team-a (user "viewer").' },
      portforward: {
        allowed: false,
        reason: 'You may not create pods/portforward in team-a (user "viewer").',
      },
      log: { allowed: true },
    });
  });

  it("passes the cluster's own reason on", async () => {
    const { cluster } = await reviewing(() => ({ allowed: false, reason: "no exec on Fridays" }));
    expect((await accessInfo(cluster, "team-a")).exec.reason).toMatch(
      /The cluster says: no exec on Fridays$/,
    );
  });

  it("refuses a namespace that is none, and passes failures on", async () => {
    const { cluster } = await reviewing(() => ({}));
    await expect(accessInfo(cluster, "Team A")).rejects.toMatchObject({ code: "INVALID" });
    await expect(accessInfo(cluster, "team-a")).rejects.toMatchObject({ code: "BAD_ANSWER" });
  });
});
