import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answerStatus, openStream, Recorder, ScriptedApi } from "../scripted-api.fixture.ts";
import { type LogState, LogStream } from "./log-stream.ts";

let api: ScriptedApi;
let states: Recorder<LogState>;
let stream: LogStream;

const TARGET = { cluster: "demo", namespace: "team-a", pod: "api-0", container: "app" };
const texts = (state: LogState) => state.lines.map(({ text }) => text);

function begin(previous = false): void {
  stream = new LogStream({ target: TARGET, previous, onState: states.record, base: api.base });
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

  it("goes on from the last line it has when the connection breaks", async () => {
    begin();
    const request = await api.next();
    openStream(request);
    request.response.write("2026-11-20T10:00:01.500000000Z one\n");
    await states.until((state) => texts(state).length === 1);
    request.response.destroy();
    await states.until(({ phase }) => phase === "failed");
    const again = await api.next();
    expect(again.query.get("sinceTime")).toBe("2026-11-20T10:00:01Z");
    expect(again.query.get("tailLines")).toBeNull();
    openStream(again);
    again.response.write("2026-11-20T10:00:01.500000000Z one\n2026-11-20T10:00:02.000000000Z two\n");
    expect(texts(await states.until((state) => state.phase === "live" && texts(state).length > 1))).toEqual([
      "one",
      "two",
    ]);
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
