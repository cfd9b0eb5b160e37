import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answerJson, answerStatus, openStream, Recorder, ScriptedApi } from "../scripted-api.fixture.ts";
import { MAX_LINE_CHARS } from "./log-source.ts";
import type { LogState } from "./log-state.ts";
import { LogStream } from "./log-stream.ts";

let api: ScriptedApi;
let states: Recorder<LogState>;
let stream: LogStream;

const TARGET = { cluster: "demo", namespace: "team-a", pod: "api-0", container: "app" };
const texts = (state: LogState) => state.lines.map(({ text }) => text);

const at = (second: number, text: string) =>
  `2026-11-20T10:00:${String(second).padStart(2, "0")}.25Z ${text}`;
const podWith = (state: object, restartCount = 0) => ({
  spec: { restartPolicy: "Always" },
  status: { phase: "Running", containerStatuses: [{ name: "app", restartCount, state }] },
});
const atOnce = async () => {};

function begin(previous = false, pause: (ms: number) => Promise<void> = atOnce, quietMs = 2_000): void {
  stream = new LogStream({
    target: TARGET,
    previous,
    onState: states.record,
    base: api.base,
    pause,
    quietMs,
  });
  stream.start();
}

beforeEach(async () => {
  api = await new ScriptedApi().start();
  states = new Recorder();
});

afterEach(async () => {
  stream.stop();
  await api.stop();
});

describe("LogStream", () => {
  it("reads the last lines, then what is written", async () => {
    begin();
    const request = await api.next();
    expect(request.path).toBe("/clusters/demo/api/v1/namespaces/team-a/pods/api-0/log");
    expect(Object.fromEntries(request.query)).toEqual({
      container: "app",
      timestamps: "true",
      follow: "true",
      tailLines: "500",
    });
    openStream(request);
    await states.until(({ phase }) => phase === "live");
    request.response.write("one\ntw");
    await states.until((state) => texts(state).join() === "one");
    request.response.write("o\n");
    await states.until((state) => texts(state).join() === "one,two");
  });

  it("says that the log has ended when the container stopped", async () => {
    begin();
    const request = await api.next();
    openStream(request);
    request.response.end("bye\n");
    expect(texts(await states.until(({ phase }) => phase === "ended"))).toEqual(["bye"]);
  });

  it("goes on from the last line it has when the connection breaks, though its clock is not UTC", async () => {
    begin();
    const request = await api.next();
    openStream(request);
    request.response.write("2026-11-20T18:00:01.500000000+08:00 one\n");
    await states.until((state) => texts(state).length === 1);
    request.response.destroy();
    await states.until(({ phase }) => phase === "failed");
    const again = await api.next();
    // No time is sent back: the last lines are asked for, and what is known of them is left out.
    expect(again.query.get("sinceTime")).toBeNull();
    expect(again.query.get("tailLines")).toBe("500");
    openStream(again);
    // The same instant, by a node that was set to UTC meanwhile.
    again.response.write("2026-11-20T10:00:01.500000000Z one\n2026-11-20T10:00:02.000000000Z two\n");
    expect(texts(await states.until((state) => state.phase === "live" && texts(state).length > 1))).toEqual([
      "one",
      "two",
    ]);
  });

  it("reads on when the answer ends in order although the container runs", async () => {
    begin();
    const request = await api.next();
    openStream(request);
    request.response.end(`${at(1, "one")}\n`);
    const pod = await api.next();
    expect(pod.path).toBe("/clusters/demo/api/v1/namespaces/team-a/pods/api-0");
    answerJson(pod, podWith({ running: {} }));
    const again = await api.next();
    openStream(again);
    again.response.write(`${at(1, "one")}\n${at(2, "two")}\n`);
    expect(texts(await states.until((state) => texts(state).length > 1))).toEqual(["one", "two"]);
  });

  it("shows the rest of the run before and then the new one when the container started anew", async () => {
    begin();
    const request = await api.next();
    openStream(request);
    request.response.end(`${at(1, "one")}\n`);
    answerJson(await api.next(), podWith({ running: {} }, 1));
    const anew = `${at(5, "first of the next run")}\n`;
    const again = await api.next();
    openStream(again);
    again.response.end(anew);
    (await api.next()).response.end(anew);
    const previous = await api.next();
    expect(previous.query.get("previous")).toBe("true");
    previous.response.end(`${at(1, "one")}\n${at(2, "last words")}\n`);
    // Before it is followed: whether another run has gone by meanwhile.
    (await api.next()).response.end(`${at(1, "one")}\n${at(2, "last words")}\n`);
    const followed = await api.next();
    openStream(followed);
    followed.response.write(anew);
    const { lines } = await states.until((state) => texts(state).length > 3);
    expect(lines.map(({ text, divider }) => divider ?? text)).toEqual([
      ...["one", "last words", "restart", "first of the next run"],
    ]);
  });

  it("tells a container that has written nothing from a cluster that hangs", async () => {
    begin(false, atOnce, 50);
    await api.next();
    const asked = await api.next();
    expect(asked.query.get("follow")).toBeNull();
    asked.response.end();
    await states.until(({ phase }) => phase === "live");
    stream.stop();

    states = new Recorder();
    begin(false, () => new Promise(() => {}), 50);
    await api.next();
    answerStatus(await api.next(), 504, "The API server did not answer within 30 seconds.");
    expect(await states.until(({ phase }) => phase === "failed")).toMatchObject({
      problem: "The API server did not answer within 30 seconds.",
    });
  });

  it("notices a new run that writes and writes", async () => {
    begin(false, atOnce, 100);
    const request = await api.next();
    openStream(request);
    request.response.write(`${at(1, "one")}\n`);
    await states.until((state) => texts(state).length === 1);
    request.response.destroy();
    const again = await api.next();
    openStream(again);
    let second = 10;
    const writing = setInterval(() => again.response.write(`${at(second++ % 60, "new run")}\n`), 10);
    // The answer that was followed is let go, and a whole one asked for.
    const whole = await api.next();
    clearInterval(writing);
    expect(whole.query.get("follow")).toBeNull();
    expect(again.closed()).toBe(true);
  });

  it("says that lines may be missing where the log does not go on from what is known", async () => {
    begin();
    const request = await api.next();
    openStream(request);
    request.response.end(`${at(1, "one")}\n`);
    answerJson(await api.next(), podWith({ running: {} }));
    for (const _ of ["followed", "whole"]) (await api.next()).response.end(`${at(50, "later")}\n`);
    answerStatus(await api.next(), 400, "previous terminated container not found");
    const again = await api.next();
    openStream(again);
    again.response.write(`${at(50, "later")}\n`);
    const { lines } = await states.until((state) => texts(state).length > 2);
    expect(lines.map(({ text, divider }) => divider ?? text)).toEqual(["one", "gap", "later"]);
  });

  it("waits for a container that starts again, and is done with one that does not", async () => {
    begin();
    const request = await api.next();
    openStream(request);
    request.response.end(`${at(1, "one")}\n`);
    answerJson(await api.next(), podWith({ terminated: { exitCode: 1 } }));
    expect(await states.until(({ waits }) => waits)).toMatchObject({ phase: "ended" });
    (await api.next()).response.end(`${at(1, "one")}\n`);
    answerStatus(await api.next(), 404, "pods not found");
    expect(await states.until(({ waits }) => !waits)).toMatchObject({ phase: "ended", problem: null });
  });

  it("keeps a long line whole, and says how much of one past all bounds is missing", async () => {
    begin();
    const request = await api.next();
    openStream(request);
    const long = "x".repeat(100 * 1024);
    const longer = "y".repeat(MAX_LINE_CHARS + 5_000);
    request.response.write(`${at(1, long)}\n${at(2, longer)}\n${at(3, "next")}\n`);
    const { lines } = await states.until((state) => texts(state).length === 3);
    expect(lines[0]?.text).toBe(long);
    expect(lines[0]?.missing).toBeUndefined();
    expect(lines[1]!.text.length + lines[1]!.missing!).toBe(longer.length);
    expect(lines[2]?.text).toBe("next");
  });

  it("loads what is earlier than the last lines, and says when nothing is", async () => {
    begin();
    const request = await api.next();
    openStream(request);
    const all = Array.from({ length: 700 }, (_, line) => at(Math.floor(line / 20), `line ${line}`));
    request.response.write(
      all
        .slice(-500)
        .map((line) => `${line}\n`)
        .join(""),
    );
    expect((await states.until((state) => texts(state).length === 500)).earlier).toBe("maybe");
    void stream.loadEarlier();
    const earlier = await api.next();
    expect(earlier.query.get("tailLines")).toBe("2500");
    expect(earlier.query.get("follow")).toBeNull();
    earlier.response.end(all.map((line) => `${line}\n`).join(""));
    const state = await states.until(({ earlier }) => earlier === "none");
    expect(texts(state)).toEqual(all.map((_, line) => `line ${line}`));
  });

  it("asks again when the server is busy, and not before it said", async () => {
    const waits: number[] = [];
    begin(false, async (ms) => void waits.push(ms));
    const { response } = await api.next();
    response.writeHead(429, { "retry-after": "7" }).end();
    openStream(await api.next());
    await states.until(({ phase }) => phase === "live");
    expect(waits).toEqual([7_000]);
  });

  it("repeats the cluster's words and does not ask again when it refused", async () => {
    begin();
    answerStatus(await api.next(), 400, "container app is waiting to start: ContainerCreating");
    expect(await states.until(({ phase }) => phase === "failed")).toMatchObject({
      problem: "container app is waiting to start: ContainerCreating",
    });
    // Only the person's own wish leads to another request, and to exactly one.
    stream.start();
    const again = await api.next();
    openStream(again);
    await states.until(({ phase }) => phase === "live");
  });

  it("reads the last run of a container without following it", async () => {
    begin(true);
    const request = await api.next();
    expect(request.query.get("previous")).toBe("true");
    expect(request.query.get("follow")).toBeNull();
  });

  it("gives its connection back when stopped", async () => {
    begin();
    const request = await api.next();
    openStream(request);
    await states.until(({ phase }) => phase === "live");
    const released = new Promise((resolve) => request.response.on("close", resolve));
    stream.stop();
    await released;
    expect(request.closed()).toBe(true);
  });
});
