import { beforeEach, describe, expect, it } from "vitest";
import type { KubeList, KubePod } from "./kube-object.ts";
import { ObjectWatch, type WatchListener, type WatchSource } from "./object-watch.ts";
import { WatchError } from "./watch-event.ts";

/** What an API server answers, in turn; the source is stopped when the script is over. */
type Answer =
  | { list: KubeList<KubePod> }
  /** Lines of a watch, which ends in order after `ms`, or with the error. */
  | { watch: string[]; ms?: number; error?: WatchError }
  | { refuse: WatchError };

class ScriptedSource implements WatchSource<KubePod> {
  /** Every request and wait. */
  readonly asked: string[] = [];
  stopped = false;
  #now = 1_000;
  /** For how long the watch will be open that is open now. */
  #openMs = Number.POSITIVE_INFINITY;

  constructor(private readonly script: Answer[]) {}

  async list(query: Record<string, string>): Promise<KubeList<KubePod>> {
    this.asked.push(query.continue ? `list from ${query.continue}` : "list");
    const answer = this.#next();
    if ("list" in answer) return answer.list;
    throw "refuse" in answer ? answer.refuse : new Error("the script has a watch here");
  }

  async watch(query: Record<string, string>): Promise<AsyncIterable<Uint8Array>> {
    this.asked.push(`watch from ${query.resourceVersion}`);
    const answer = this.#next();
    if ("list" in answer) throw new Error("the script has a list here");
    if ("refuse" in answer) throw answer.refuse;
    this.#openMs = answer.ms ?? 60_000;
    return this.#stream(answer);
  }

  async *#stream({ watch, ms = 60_000, error }: Extract<Answer, { watch: string[] }>) {
    try {
      for (const line of watch) yield new TextEncoder().encode(`${line}\n`);
      this.#now += ms;
      if (error) throw error;
    } finally {
      this.#openMs = Number.POSITIVE_INFINITY;
    }
  }

  async sleep(ms: number): Promise<void> {
    this.asked.push(`wait ${ms}`);
    // Longer than the watch: it ends when nobody looks any more.
    if (ms > this.#openMs) await new Promise(() => {});
  }

  now(): number {
    return this.#now;
  }

  /** No jitter. */
  random(): number {
    return 0.5;
  }

  #next(): Answer {
    const answer = this.script.shift();
    if (answer) return answer;
    this.stopped = true;
    return { refuse: new WatchError(0, "the script is over") };
  }
}

const pod = (name: string, resourceVersion?: string): KubePod => ({ metadata: { name, resourceVersion } });
const list = (names: string[], metadata: object = { resourceVersion: "10" }) => ({
  list: { metadata, items: names.map((name) => pod(name)) },
});
const event = (type: string, name: string, version: string) =>
  JSON.stringify({ type, object: pod(name, version) });
const refuse = (code: number) => ({ refuse: new WatchError(code, `code ${code}`) });

describe("ObjectWatch", () => {
  let heard: string[];
  let verdict: "wait" | "again" | "stop";
  let polls: boolean;
  let watch: ObjectWatch<KubePod>;

  beforeEach(() => {
    heard = [];
    verdict = "wait";
    polls = false;
    const listener: WatchListener<KubePod> = {
      listed: (objects, { first, last, cut }) => {
        const names = objects.map(({ metadata }) => metadata?.name).join();
        heard.push(`${first ? "new " : ""}list ${names}${last ? "" : " ..."}${cut ? " cut" : ""}`);
      },
      changed: (type, { metadata }) => heard.push(`${type} ${metadata?.name}`),
      live: () => heard.push("live"),
      get polled() {
        return polls ? () => heard.push("polled") : undefined;
      },
      failed: ({ code }, during) => {
        heard.push(`${during} failed ${code}`);
        return verdict;
      },
    };
    watch = new ObjectWatch(listener, 3);
  });

  async function run(...script: Answer[]): Promise<string[]> {
    const source = new ScriptedSource(script);
    await watch.run(source);
    return source.asked;
  }

  it("lists page by page and watches from the version of the list", async () => {
    const asked = await run(list(["a"], { continue: "more" }), list(["b"]), {
      watch: [event("ADDED", "c", "11"), event("MODIFIED", "a", "12"), event("DELETED", "b", "13")],
    });
    expect(asked).toEqual(["list", "list from more", "watch from 10", "watch from 13"]);
    expect(heard).toEqual(["new list a ...", "list b", "live", "ADDED c", "MODIFIED a", "DELETED b"]);
  });

  it("does not read on when there are too many", async () => {
    await run(list(["a", "b", "c"], { continue: "more", resourceVersion: "10" }), { watch: [] });
    expect(heard).toEqual(["new list a,b,c cut", "live"]);
  });

  it("goes on at once from the last version when a watch ends in order, a bookmark's too", async () => {
    const asked = await run(list([]), { watch: [event("BOOKMARK", "", "42")] }, { watch: [] });
    expect(asked).toEqual(["list", "watch from 10", "watch from 42", "watch from 42"]);
    expect(heard).toEqual(["new list ", "live", "live"]);
  });

  it("waits before it goes on when a watch ends too soon", async () => {
    const asked = await run(list([]), { watch: [], ms: 10 }, { watch: [], ms: 10 }, { watch: [] });
    expect(asked).toEqual([
      ...["list", "watch from 10", "wait 500", "watch from 10", "wait 1000"],
      ...["watch from 10", "watch from 10"],
    ]);
  });

  it("goes on from the last version when the connection breaks, after a wait that grows", async () => {
    const broken = new WatchError(0, "reset");
    const asked = await run(
      list([]),
      { watch: [event("ADDED", "a", "11")], ms: 0, error: broken },
      refuse(0),
      refuse(0),
      { watch: [] },
    );
    expect(asked).toEqual([
      ...["list", "watch from 10", "wait 500", "watch from 11", "wait 1000", "watch from 11", "wait 2000"],
      ...["watch from 11", "watch from 11"],
    ]);
    expect(heard.filter((word) => word.includes("failed"))).toHaveLength(3);
  });

  it.each([
    ["an answer", refuse(410)],
    ["an event", { watch: [`{"type":"ERROR","object":{"code":410,"message":"too old"}}`], ms: 0 }],
  ])("lists again when the version is forgotten: 410 as %s", async (_how, gone) => {
    const asked = await run(list(["a"]), gone, list(["b"], { resourceVersion: "50" }), { watch: [] });
    expect(asked).toEqual(["list", "watch from 10", "list", "watch from 50", "watch from 50"]);
    expect(heard.filter((word) => word.startsWith("new"))).toEqual(["new list a", "new list b"]);
  });

  it("does not list in a loop for an API server that forgets each list at once", async () => {
    const asked = await run(list([]), refuse(410), list([]), refuse(410), list([]), { watch: [] });
    expect(asked.slice(0, 6)).toEqual(["list", "watch from 10", "list", "watch from 10", "wait 500", "list"]);
  });

  it("tells of an ERROR event and goes on", async () => {
    const failure = `{"type":"ERROR","object":{"code":500,"message":"etcd"}}`;
    await run(list([]), { watch: [failure], ms: 0 }, { watch: [] });
    expect(heard).toEqual(["new list ", "live", "watch failed 500", "live"]);
  });

  it("asks seldom while it is refused, at once when told to, and not at all when told to stop", async () => {
    expect(await run(refuse(403))).toEqual(["list", "wait 30000", "list"]);
    verdict = "again";
    expect(await run(refuse(403), list([]), { watch: [] })).toEqual([
      ...["list", "list", "watch from 10", "watch from 10"],
    ]);
    verdict = "stop";
    expect(await run(refuse(403), { watch: [] })).toEqual(["watch from 10"]);
  });

  it("lists again and again when it may list and not watch, and asks for the watch now and then", async () => {
    polls = true;
    const lists = Array.from({ length: 29 }, () => list(["b"]));
    const asked = await run(list(["a"]), refuse(403), ...lists, list([]), { watch: [] });
    const again = Array.from({ length: 29 }, () => ["wait 10000", "list"]).flat();
    expect(asked).toEqual([
      ...["list", "watch from 10", ...again, "wait 10000", "list", "watch from 10"],
      "watch from 10",
    ]);
    expect(heard.slice(0, 4)).toEqual(["new list a", "polled", "new list b", "polled"]);
    expect(heard.at(-1)).toBe("live");
  });

  it.each([403, 405])("says so when a list fails that is asked for instead of a watch: %d", async (code) => {
    polls = true;
    await run(list(["a"]), refuse(code), refuse(500), list(["b"]));
    expect(heard).toEqual(["new list a", "polled", "list failed 500", "new list b", "polled"]);
  });

  describe("when watches are of no use", () => {
    beforeEach(() => {
      polls = true;
    });
    const old = list(["a"]);
    const aList = { watch: [JSON.stringify({ kind: "PodList", metadata: {}, items: [] })], ms: 0 };
    const failing = JSON.stringify({ type: "ERROR", object: { code: 500, message: "etcd" } });
    it.each<[string, Answer]>([
      ["ends at once", { watch: [], ms: 10 }],
      ["ends behind a change", { watch: [event("ADDED", "b", "11")], ms: 10 }],
      ["404", refuse(404)],
      ["500", refuse(500)],
      ["501", refuse(501)],
      ["a web page", { watch: ["<html>"], ms: 0 }],
      ["a list", aList],
      ["an error as an event", { watch: [failing], ms: 0 }],
      ["broken off", { watch: [], ms: 10, error: new WatchError(0, "reset") }],
    ])("lists again and again: %s", async (_what, bad) => {
      const lists = [list(["b"]), list(["c"]), list(["d"])];
      const asked = await run(old, bad, bad, bad, list(["a2"]), bad, ...lists, bad);
      const polled = ["new list b", "polled", "new list c", "polled", "new list d", "polled"];
      const from = heard.indexOf("new list a2");
      expect(heard.slice(from).filter((word) => !word.startsWith("ADDED"))).toEqual([
        ...["new list a2", "polled"],
        ...polled,
      ]);
      expect(asked.filter((word) => word === "wait 10000")).toHaveLength(4);
    });

    it("is live again when a watch stays open, and not before", async () => {
      const bad = refuse(500);
      await run(
        old,
        bad,
        bad,
        bad,
        old,
        bad,
        old,
        old,
        old,
        { watch: [event("ADDED", "b", "11")] },
        refuse(0),
      );
      expect(heard.slice(heard.lastIndexOf("polled") + 1)).toEqual([
        ...["new list a", "live", "ADDED b", "watch failed 0"],
      ]);
    });

    it("goes on from the last version after two that failed", async () => {
      const asked = await run(old, refuse(500), refuse(0), { watch: [] });
      expect(asked.filter((word) => word === "list")).toHaveLength(1);
      expect(heard).not.toContain("polled");
    });

    it("polls nothing when it is the list that fails, and says so", async () => {
      const gone = refuse(0);
      await run(old, gone, gone, gone, gone, gone, old, { watch: [] });
      expect(heard).not.toContain("polled");
      expect(heard.slice(-4)).toEqual(["list failed 0", "list failed 0", "new list a", "live"]);
    });
  });

  it("waits as long as a busy API server says, for lists and watches", async () => {
    const busy = { refuse: new WatchError(429, "busy", { retryAfterMs: 42_000 }) };
    const asked = await run(busy, list([]), busy, { watch: [] });
    expect(asked).toEqual([
      ...["list", "wait 42000", "list", "watch from 10", "wait 42000", "watch from 10", "watch from 10"],
    ]);
    polls = true;
    const rest = await run(busy, busy, busy, list([]), busy);
    expect(rest.filter((word) => word.startsWith("wait"))).toEqual(Array(4).fill("wait 42000"));
  });

  it("says that the list is not live when each watch ends at once", async () => {
    const ends = { watch: [], ms: 10 };
    await run(list([]), ends, ends, ends, ends);
    expect(heard.filter((word) => word !== "live")).toEqual([
      "new list ",
      "watch failed 0",
      "watch failed 0",
    ]);
  });

  it("counts what is no event as a failure", async () => {
    await run(list([]), { watch: ["<html>"], ms: 0 }, { watch: [`{"type":"NEWS","object":{}}`], ms: 0 });
    expect(heard.filter((word) => word.includes("failed"))).toEqual(["watch failed 0", "watch failed 0"]);
  });

  it("goes on from where it was when it is run again", async () => {
    await run(list([]), { watch: [event("ADDED", "a", "77")] });
    expect(await run({ watch: [] })).toEqual(["watch from 77", "watch from 77"]);
  });
});
