import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { answerJson, startApiServer, type TestServer } from "#server/kube/testing/api-server.ts";
import { clusterFor, contextFor } from "#server/kube/testing/cluster.ts";
import type { Cluster } from "#server/kube/types.ts";
import { SignedIn } from "#server/testing/signed-in.ts";
import { AccessError } from "./access-error.ts";
import { podRight } from "./grant.ts";
import { Grants } from "./grants.ts";
import { RECHECK_MS } from "./right-watch.ts";

const exec = podRight("exec", "default", "shell");

/** A real API server whose verdict the test changes; null: it does not answer. */
class Reviews {
  allowed: boolean | null = true;
  code = 201;
  server!: TestServer;
  cluster!: Cluster;
  readonly held: ServerResponse[] = [];

  async start(): Promise<this> {
    this.server = await startApiServer((_request, response) => {
      if (this.allowed === null) this.held.push(response);
      else if (this.code >= 400) answerJson(response, this.code, {});
      else answerJson(response, this.code, { status: { allowed: this.allowed, reason: "" } });
    });
    this.cluster = clusterFor(this.server.url, { user: "ann" });
    return this;
  }

  get asked(): number {
    return this.server.seen.length;
  }
}

describe("grants", () => {
  let reviews: Reviews;
  let people: SignedIn;
  let grants: Grants;

  beforeEach(async () => {
    reviews = await new Reviews().start();
    people = new SignedIn();
    grants = new Grants();
  });

  it("ask the API server first, for exactly what will be opened", async () => {
    const grant = await grants.open(people.caller(), reviews.cluster, exec);
    expect(JSON.parse(reviews.server.seen[0]!.body).spec.resourceAttributes).toEqual({
      namespace: "default",
      verb: "create",
      group: "",
      resource: "pods",
      subresource: "exec",
      name: "shell",
    });
    expect(grant).toMatchObject({ cluster: "test", right: exec, ended: null });
    expect(grants.watched).toBe(1);
    grant.release();
    expect(grants.watched).toBe(0);
  });

  it("are refused in words when the verdict is no, and watch nothing then", async () => {
    reviews.allowed = false;
    const refusal = await grants.open(people.caller(), reviews.cluster, exec).catch((error) => error);
    expect(refusal).toBeInstanceOf(AccessError);
    expect(refusal).toMatchObject({
      code: "FORBIDDEN",
      message: 'You may not create pods/exec in default (user "ann").',
    });
    expect(grants.watched).toBe(0);
  });

  it("are not given when the review fails", async () => {
    reviews.code = 500;
    await expect(grants.open(people.caller(), reviews.cluster, exec)).rejects.toMatchObject({
      name: "KubeError",
      httpStatus: 500,
    });
  });

  it("share a verdict for 10 s, of the same question as the same person", async () => {
    const now = vi.spyOn(performance, "now");
    const start = performance.now();
    await grants.check(reviews.cluster, exec);
    now.mockReturnValue(start + 9_000);
    await grants.check(reviews.cluster, exec);
    expect(reviews.asked).toBe(1);
    await grants.check(keyed(reviews.cluster, "somebody else"), exec);
    await grants.check(reviews.cluster, podRight("exec", "default", "web"));
    await grants.check(reviews.cluster, podRight("attach", "default", "shell"));
    expect(reviews.asked).toBe(4);
    now.mockReturnValue(start + 10_100);
    await grants.check(reviews.cluster, exec);
    expect(reviews.asked).toBe(5);
    now.mockRestore();
  });

  it("are given up with the question", async () => {
    reviews.allowed = null;
    const gone = new AbortController();
    const opening = grants.open(people.caller(), reviews.cluster, exec, gone.signal);
    await vi.waitUntil(() => reviews.asked === 1);
    gone.abort();
    await expect(opening).rejects.toMatchObject({ code: "CANCELED" });
  });

  it("are not given to who signed out while the question was open", async () => {
    reviews.allowed = null;
    const opening = grants.open(people.caller(), reviews.cluster, exec);
    await vi.waitUntil(() => reviews.held.length === 1);
    people.signOut();
    answerJson(reviews.held[0]!, 201, { status: { allowed: true } });
    await expect(opening).rejects.toMatchObject({ code: "UNAUTHENTICATED", message: "you signed out" });
    expect(grants.watched).toBe(0);
  });

  describe("when the kubeconfig has another credential for the same user", () => {
    const renewed = async (sameUser: boolean) => {
      const context = contextFor(reviews.server.url, { credential: { token: "old" } });
      const cluster = context.as(null);
      const grant = await grants.open(people.caller(), cluster, exec);
      reviews.allowed = false;
      context.renew({ credential: { token: "new" } }, sameUser);
      return { context, cluster, grant };
    };

    it("nothing learnt with the former one opens anything", async () => {
      const { cluster } = await renewed(false);
      await expect(grants.open(people.caller(), cluster, exec)).rejects.toMatchObject({ code: "FORBIDDEN" });
    });

    it("what is open is asked about again at once, with the new one", async () => {
      const { grant } = await renewed(false);
      await vi.waitUntil(() => grant.ended !== null);
      expect(grant.ended?.cause).toBe("revoked");
      expect(reviews.server.seen.map(({ headers }) => headers.authorization)).toEqual([
        "Bearer old",
        "Bearer new",
      ]);
      expect(grants.watched).toBe(0);
    });

    it("a yes that was asked for with the former one and comes later is not taken for the new one's", async () => {
      const context = contextFor(reviews.server.url, { credential: { token: "old" } });
      reviews.allowed = null;
      const opening = grants.open(people.caller(), context.as(null), exec);
      await vi.waitUntil(() => reviews.held.length === 1);
      context.renew({ credential: { token: "new" } }, false);
      reviews.allowed = false;
      answerJson(reviews.held[0]!, 201, { status: { allowed: true } });
      await expect(opening).rejects.toMatchObject({ code: "FORBIDDEN" });
    });

    it("and only the namespace is another, all that is known still counts", async () => {
      const { cluster } = await renewed(true);
      (await grants.open(people.caller(), cluster, exec)).release();
      expect(reviews.asked).toBe(1);
    });
  });

  describe("while they live", () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it("ask again and never take the cached verdict; what they learn counts for who asks next", async () => {
      const grant = await grants.open(people.caller(), reviews.cluster, exec);
      const held = grants.hold(people.caller("bob"), reviews.cluster, exec);
      const other = grants.underSignIn(people.caller(), "test");
      reviews.allowed = false;
      vi.advanceTimersByTime(RECHECK_MS);
      await vi.waitUntil(() => grant.ended !== null);
      expect(grant.ended?.cause).toBe("revoked");
      expect(held.ended).toEqual(grant.ended);
      expect(other.ended).toBeNull();
      expect(reviews.asked).toBe(2);
      await expect(grants.check(reviews.cluster, exec)).rejects.toMatchObject({ code: "FORBIDDEN" });
      expect(reviews.asked).toBe(2);
    });
  });
});

/** The same API server as seen by another. */
function keyed(cluster: Cluster, key: string): Cluster {
  return new Proxy(cluster, {
    get(target, name) {
      if (name === "key") return key;
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
