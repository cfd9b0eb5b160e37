import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kubePod } from "../pod/pod.fixture.ts";
import {
  answerJson,
  answerStatus,
  openStream,
  Recorder,
  ScriptedApi,
  type ScriptedRequest,
} from "../scripted-api.fixture.ts";
import { PodWatch, type PodWatchState } from "./pod-watch.ts";

let api: ScriptedApi;
let states: Recorder<PodWatchState>;
let watch: PodWatch;

function begin(namespaces: (string | null)[] = [null], answerMs = 20_000): void {
  watch = new PodWatch({ cluster: "a b", namespaces, onState: states.record, base: api.base, answerMs });
  watch.start();
}

function names(state: PodWatchState | undefined): string[] {
  return (state?.pods ?? []).map(({ key }) => key);
}

function list(request: ScriptedRequest, pods: string[], metadata: object = { resourceVersion: "10" }): void {
  answerJson(request, { metadata, items: pods.map((name) => kubePod(name)) });
}

function event(type: string, name: string, resourceVersion: string): string {
  const object = kubePod(name);
  object.metadata!.resourceVersion = resourceVersion;
  return `${JSON.stringify({ type, object })}\n`;
}

function send({ response }: ScriptedRequest, ...events: Parameters<typeof event>): void {
  response.write(event(...events));
}

beforeEach(async () => {
  api = await new ScriptedApi().start();
  states = new Recorder();
});

afterEach(async () => {
  watch.stop();
  await api.stop();
});

describe("PodWatch", () => {
  it("lists page by page, then watches from where the list ended", async () => {
    begin();
    const first = await api.next();
    expect(first.path).toBe("/clusters/a%20b/api/v1/pods");
    list(first, ["one"], { resourceVersion: "10", continue: "more" });
    await states.until((state) => state.phase === "loading" && state.pods.length === 1);
    const second = await api.next();
    expect(second.query.get("continue")).toBe("more");
    list(second, ["two"]);
    const watching = await api.next();
    expect(Object.fromEntries(watching.query)).toMatchObject({
      watch: "1",
      resourceVersion: "10",
      allowWatchBookmarks: "true",
    });
    expect(names(await states.until(({ phase }) => phase === "live"))).toEqual([
      "default/one",
      "default/two",
    ]);
  });

  it("follows pods that come, change and go", async () => {
    begin(["team-a"]);
    const listing = await api.next();
    expect(listing.path).toBe("/clusters/a%20b/api/v1/namespaces/team-a/pods");
    list(listing, ["one"]);
    const watching = await api.next();
    openStream(watching);
    send(watching, "ADDED", "two", "11");
    await states.until((state) => names(state).includes("default/two"));
    send(watching, "DELETED", "one", "12");
    expect(names(await states.until((state) => state.pods.length === 1))).toEqual(["default/two"]);
  });

  it("goes on where it was when the connection breaks, and says since when the list may be old", async () => {
    begin();
    list(await api.next(), ["one"]);
    const watching = await api.next();
    openStream(watching);
    // In one piece: once the pod is seen, the bookmark was too.
    watching.response.write(event("ADDED", "two", "41") + event("BOOKMARK", "two", "42"));
    await states.until((state) => state.pods.length === 2);
    const before = Date.now();
    watching.response.destroy();
    const stale = await states.until(({ phase }) => phase === "stale");
    expect(stale.knownAt).toBeGreaterThanOrEqual(before);
    expect(names(stale)).toEqual(["default/one", "default/two"]);
    const again = await api.next();
    expect(again.query.get("resourceVersion")).toBe("42");
    openStream(again);
    expect(await states.until(({ phase }) => phase === "live")).toMatchObject({ problem: null });
  });

  it.each(["as an event", "as an answer"])(
    "lists again when the cluster has forgotten the point: 410 %s",
    async (way) => {
      begin();
      list(await api.next(), ["one"]);
      const watching = await api.next();
      if (way === "as an answer") answerStatus(watching, 410, "too old resource version");
      else {
        openStream(watching);
        watching.response.write(
          `${JSON.stringify({ type: "ERROR", object: { code: 410, message: "too old" } })}\n`,
        );
      }
      const relist = await api.next();
      expect(relist.query.get("watch")).toBeNull();
      list(relist, ["new"], { resourceVersion: "50" });
      expect((await api.next()).query.get("resourceVersion")).toBe("50");
      expect(names(states.all.at(-1))).toEqual(["default/new"]);
    },
  );

  it("shows the context's namespace when all may not be listed", async () => {
    begin([null, "team-a"]);
    answerStatus(await api.next(), 403, "pods is forbidden");
    const narrower = await api.next();
    expect(narrower.path).toContain("/namespaces/team-a/pods");
    list(narrower, ["one"]);
    expect(await states.until(({ phase }) => phase === "live")).toMatchObject({
      namespace: "team-a",
      narrowed: true,
    });
  });

  it("lists again and again who may not watch, and says since when; narrows nothing", async () => {
    begin([null, "team-a"]);
    list(await api.next(), []);
    answerStatus(await api.next(), 403, "cannot watch");
    const polled = await states.until(({ phase }) => phase === "polled");
    // Why, in the words of whoever refused: a right that is not there, or that nobody could confirm.
    const problem = { status: 403, message: "cannot watch" };
    expect(polled).toMatchObject({ namespace: null, narrowed: false, problem });
    expect(polled.knownAt).toBeGreaterThan(Date.now() - 5_000);
    // The next list is seconds away; a person's wish is not.
    watch.start();
    list(await api.next(), ["one"]);
    expect(names(await states.until((state) => state.pods.length === 1))).toEqual(["default/one"]);
  });

  it.each<[string, (request: ScriptedRequest) => void]>([
    ["ends at once", ({ response }) => response.end()],
    ["404", (request) => answerStatus(request, 404, "not found")],
    ["500", (request) => answerStatus(request, 500, "etcd")],
    ["a web page", ({ response }) => response.end("<html>no</html>")],
    ["a list", (request) => list(request, ["one"])],
  ])("reads the list anew when its watches are of no use, and does not call it live: %s", async (_, bad) => {
    begin();
    list(await api.next(), ["one"]);
    for (let failed = 0; failed < 3; failed += 1) bad(await api.next());
    const relist = await api.next();
    expect(relist.query.get("watch")).toBeNull();
    list(relist, ["two"]);
    bad(await api.next());
    const polled = await states.until(({ phase }) => phase === "polled");
    expect(names(polled)).toEqual(["default/two"]);
    expect(polled.problem?.message).toBeTruthy();
    // The next list is seconds away; a person's wish is not.
    watch.start();
    list(await api.next(), ["three"]);
    expect(names(await states.until((state) => names(state)[0] === "default/three"))).toHaveLength(1);
    expect(states.all.at(-1)?.phase).toBe("polled");
  });

  it("shows the pods of a list that holds what is none, in lists and in changes", async () => {
    begin();
    const answer = await api.next();
    const good = { metadata: { name: "one", namespace: "default", resourceVersion: "1" } };
    const odd = [null, 5, {}, { metadata: null }, { ...good, spec: { containers: 7 } }];
    answer.response.writeHead(200, { "content-type": "application/json" });
    answer.response.end(JSON.stringify({ metadata: { resourceVersion: "9" }, items: [...odd, good] }));
    const watching = await api.next();
    openStream(watching);
    const bad = { metadata: { name: "bad", namespace: "default" }, spec: { containers: 7 } };
    const two = { metadata: { name: "two", namespace: "default" } };
    for (const object of [bad, two])
      watching.response.write(`${JSON.stringify({ type: "ADDED", object })}\n`);
    const state = await states.until(({ pods }) => pods.length === 2);
    expect(names(state)).toEqual(["default/one", "default/two"]);
    expect(state).toMatchObject({ phase: "live", problem: null });
  });

  it.each([
    ["a cut", '{"items":[', true, /broke off half-way/],
    ["a web page", "<html>", false, /not JSON/],
    ["another JSON", '{"kind":"Pod"}', false, /not a list/],
    ["no JSON object", "null", false, /not a list/],
  ])("says that a list did not come whole: %s", async (_what, body, cut, words) => {
    begin();
    const { response } = await api.next();
    response.writeHead(200, { "content-type": "application/json" });
    if (cut) response.write(body, () => setImmediate(() => response.destroy()));
    else response.end(body);
    const { problem } = await states.until(({ phase }) => phase === "failed");
    expect(problem?.message).toMatch(words);
    // Porthole has answered: it is not missing.
    expect(problem?.portholeMissing).toBeUndefined();
  });

  it("does not load for ever when nothing is answered, or only half", async () => {
    begin([null], 100);
    await api.next();
    const silent = await states.until(({ phase }) => phase === "failed");
    expect(silent.problem).toMatchObject({ status: 0, portholeMissing: true });
    const { response } = await api.next();
    response.writeHead(200, { "content-type": "application/json" }).write('{"items":[');
    const half = await states.until(({ problem }) => problem !== silent.problem && problem !== null);
    expect(half.problem?.message).toMatch(/stopped coming half-way/);
  });

  it("says that Porthole does not answer when it does not", async () => {
    begin();
    (await api.next()).response.destroy();
    expect((await states.until(({ phase }) => phase === "failed")).problem).toMatchObject({
      status: 0,
      portholeMissing: true,
    });
  });

  it("fails with the cluster's words when nothing may be listed", async () => {
    begin([null, "team-a"]);
    answerStatus(await api.next(), 403, "pods is forbidden");
    answerStatus(await api.next(), 403, "pods is forbidden in team-a");
    const failed = await states.until(({ phase }) => phase === "failed");
    expect(failed.problem).toEqual({ status: 403, message: "pods is forbidden in team-a" });
  });

  it("tries again at once when told to", async () => {
    begin();
    answerStatus(await api.next(), 401, "the credential has expired");
    await states.until(({ phase }) => phase === "failed");
    watch.start();
    list(await api.next(), ["one"]);
    await states.until(({ phase }) => phase === "live");
  });

  it("gives its connection back while paused, and goes on from the same point", async () => {
    begin();
    list(await api.next(), ["one"]);
    const watching = await api.next();
    openStream(watching);
    send(watching, "ADDED", "two", "77");
    await states.until((state) => state.pods.length === 2);
    const released = new Promise((resolve) => watching.response.on("close", resolve));
    watch.pause();
    await released;
    expect(states.all.at(-1)).toMatchObject({ phase: "stale", problem: null });
    watch.start();
    expect((await api.next()).query.get("resourceVersion")).toBe("77");
  });

  it("ends its connection when stopped", async () => {
    begin();
    list(await api.next(), []);
    const watching = await api.next();
    openStream(watching);
    const released = new Promise((resolve) => watching.response.on("close", resolve));
    watch.stop();
    await released;
    expect(watching.closed()).toBe(true);
  });
});
