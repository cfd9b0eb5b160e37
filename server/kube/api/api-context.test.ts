import { describe, expect, it, onTestFinished, vi } from "vitest";
import { acceptUpgrade, answerJson, type SeenRequest, startApiServer } from "../testing/api-server.ts";
import { contextFor, failureOf, get } from "../testing/cluster.ts";
import type { Identity } from "../types.ts";
import { MAX_PEOPLE, PERSON_IDLE_MS, type Proof } from "./api-context.ts";

const ANN: Identity = { user: "ann", groups: ["dev", "ops"] };
const BOB: Identity = { user: "bob", groups: [] };
const UPGRADE = { method: "GET", path: "/exec", protocol: "websocket", headers: {} } as const;

/** A way to act for people that only tests have: a token of one's own, and one's name to impersonate. */
function actAs({ user, groups }: Identity): Proof {
  return {
    credential: { token: `token-of-${user}` },
    headers: { "Impersonate-User": user, "Impersonate-Group": [...groups] },
  };
}

const startServer = () =>
  startApiServer(
    (_request, response) => answerJson(response, 200, {}),
    undefined,
    (_request, socket) => acceptUpgrade(socket, "websocket"),
  );

describe("a context as the credential of its own", () => {
  it("is always the same cluster, with a key of its own", () => {
    const context = contextFor("http://127.0.0.1:1", { actAs });
    expect(context.as(null)).toBe(context.as(null));
    expect(new Set([null, ANN, BOB].map((who) => context.as(who).key)).size).toBe(3);
  });

  it("is not lent to a person for whom there is no way (B1)", async () => {
    const context = contextFor("http://127.0.0.1:1", { credential: { token: "of-the-context" } });
    expect(() => context.as(ANN)).toThrow(expect.objectContaining({ code: "CONFIG" }));
    expect(() => context.as(ANN)).toThrow("no way to act for ann");
  });
});

describe("two people on one context", () => {
  it("share no connection, and every request and upgrade is in the right name", async () => {
    const server = await startServer();
    const context = contextFor(server.url, { actAs, credential: { token: "of-the-context" } });
    const people = [ANN, BOB, null];
    for (let round = 0; round < 3; round++) {
      for (const who of people) {
        const path = `/${who?.user ?? "context"}`;
        const cluster = context.as(who);
        const [{ socket }] = await Promise.all([
          cluster.upgrade({ ...UPGRADE, path }),
          cluster.json(get(path)),
          cluster.json(get(path)),
        ]);
        socket.destroy();
      }
    }
    expect(server.seen).toHaveLength(27);
    for (const { url, headers } of server.seen) {
      const name = url.slice(1);
      const own = name === "context";
      expect(headers.authorization).toBe(`Bearer ${own ? "of-the-context" : `token-of-${name}`}`);
      expect(headers["impersonate-user"]).toBe(own ? undefined : name);
      expect(headers["impersonate-group"]).toBe(name === "ann" ? "dev, ops" : undefined);
    }
    const connections = (path: string) =>
      new Set(server.seen.filter(({ url }) => url === path).map(({ from }) => from));
    const all = ["/ann", "/bob", "/context"].flatMap((path) => [...connections(path)]);
    expect(new Set(all).size).toBe(all.length);
    // Requests of one person do share theirs.
    expect(connections("/ann").size).toBeLessThan(9);
  });

  it("are the same person with their groups in another order, and another one with other groups", () => {
    const context = contextFor("http://127.0.0.1:1", { actAs });
    expect(context.as({ user: "ann", groups: ["ops", "dev"] })).toBe(context.as(ANN));
    expect(context.as({ user: "ann", groups: ["dev"] })).not.toBe(context.as(ANN));
  });

  it("do not cost each other a credential", async () => {
    const refusesAnn = ({ headers }: SeenRequest) => headers.authorization === "Bearer ann-1";
    const server = await startApiServer((seen, response) =>
      answerJson(response, refusesAnn(seen) ? 401 : 200, { message: "Unauthorized" }),
    );
    const made: Record<string, number> = { ann: 1, bob: 1 };
    const counting = ({ user }: Identity): Proof => {
      let credential = { authorization: `Bearer ${user}-1` };
      const invalidate = () => {
        made[user] = (made[user] ?? 0) + 1;
        credential = { authorization: `Bearer ${user}-${made[user]}` };
      };
      return { credential: { get: async () => credential, invalidate, close() {} } };
    };
    const context = contextFor(server.url, { actAs: counting });
    await Promise.all([ANN, BOB].map((who) => context.as(who).json(get("/a"))));
    expect(made).toEqual({ ann: 2, bob: 1 });
  });
});

describe("people who are away", () => {
  it("are closed after a while, and begin anew", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const server = await startServer();
    const context = contextFor(server.url, { actAs });
    const held = context.as(ANN);
    await held.json(get("/a"));
    // Use counts, and not only being asked for.
    vi.advanceTimersByTime(PERSON_IDLE_MS - 1);
    await held.json(get("/a"));
    vi.advanceTimersByTime(PERSON_IDLE_MS - 1);
    expect(context.as(ANN)).toBe(held);
    expect(server.open()).toBe(1);
    vi.advanceTimersByTime(PERSON_IDLE_MS + 60_000);
    await vi.waitFor(() => expect(server.open()).toBe(0));
    expect(context.as(ANN)).not.toBe(held);
    // A session that holds on to it goes on.
    await held.json(get("/a"));
  });

  it("make room for others, longest away first", async () => {
    const server = await startServer();
    const context = contextFor(server.url, { actAs });
    await context.as(ANN).json(get("/a"));
    const ann = context.as(ANN);
    const bob = context.as(BOB);
    for (let one = 0; one < MAX_PEOPLE - 2; one++) context.as({ user: `user-${one}`, groups: [] });
    expect(context.as(ANN)).toBe(ann);
    context.as({ user: "one-more", groups: [] });
    expect(context.as(BOB)).not.toBe(bob);
    expect(context.as(ANN)).toBe(ann);
    expect(server.open()).toBe(1);
  });

  it("are gone with the context", async () => {
    const server = await startServer();
    const context = contextFor(server.url, { actAs });
    await Promise.all([ANN, BOB, null].map((who) => context.as(who).json(get("/a"))));
    expect(server.open()).toBe(3);
    context.close();
    await vi.waitFor(() => expect(server.open()).toBe(0));
  });

  it("get the error of what acts for them", async () => {
    const credential = {
      get: () => Promise.reject(new Error("no login")),
      invalidate() {},
      close() {},
    };
    const context = contextFor("http://127.0.0.1:1", { actAs: () => ({ credential }) });
    await expect(context.as(ANN).request(get("/a"))).rejects.toThrow("no login");
    expect(await failureOf(context.as(null).request(get("/a")))).toMatchObject({ code: "UNREACHABLE" });
  });
});
