import { afterEach, describe, expect, it, vi } from "vitest";
import { Channel } from "#protocol/channel.ts";
import { decodeEvent } from "#protocol/session-event.ts";
import { PORTHOLE_SUBPROTOCOL, V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { createLogger } from "#server/log.ts";
import { CLOSED, channelPair, record } from "#server/testing/channel-pair.ts";
import { SignedIn } from "#server/testing/signed-in.ts";
import { DETACH_GRACE_MS, ENDED_KEEP_MS, SessionRegistry } from "./session-registry.ts";

const TARGET = { cluster: "demo", namespace: "default", pod: "shell", command: ["cat"] };

/** A registry with one session, whose API server and viewer the test plays. */
async function open(maxSessions?: number, maxEndedBytes?: number) {
  const registry = new SessionRegistry(createLogger("text", "silent"), maxSessions, maxEndedBytes);
  const [socket, apiServer] = channelPair(V5_SUBPROTOCOL);
  const upstream = record(apiServer);
  const people = new SignedIn();
  const dialer = { dialExec: async () => ({ socket, handshakeMs: 1 }) };
  const size = { width: 80, height: 24 };
  const place = { dialer, admit: async () => people.grant("ben") };
  const { signal } = new AbortController();
  const { id } = await registry.create(TARGET, size, { ...place, grant: people.grant() }, signal);
  const [near, page] = channelPair(PORTHOLE_SUBPROTOCOL);
  const seen = record(page);
  registry.attach(id, () => near, { from: 0, role: "owner", grant: people.grant("ben") });
  const last = () => {
    const frame = seen.frames.findLast((one) => one[0] === Channel.Event);
    return frame ? decodeEvent(frame.subarray(1)) : null;
  };
  const another = async (who?: string) => {
    const [socket, server] = channelPair(V5_SUBPROTOCOL);
    const next = { dialExec: async () => ({ socket, handshakeMs: 1 }) };
    const made = await registry.create(
      TARGET,
      size,
      { ...place, dialer: next, grant: people.grant(who) },
      signal,
    );
    return { ...made, server };
  };
  return { registry, id, apiServer, upstream, page, people, last, another };
}

describe("SessionRegistry", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("says that the server stops, which is no limit", async () => {
    const { registry, upstream, last } = await open();
    registry.close();
    expect(last()).toMatchObject({ type: "ended", end: { cause: "shutdown" }, ending: { kind: "unknown" } });
    expect(upstream.end).not.toBeNull();
    expect(registry.list()).toEqual([]);
  });

  it("says that a person ended it", async () => {
    const { registry, id, last } = await open();
    registry.end(id);
    expect(last()).toMatchObject({ type: "ended", end: { cause: "ended-by-person" } });
    expect(() => registry.info(id)).toThrow(/no such session/);
  });

  it("ends with the sign-in under which it was made, and says so", async () => {
    const { people, upstream, last } = await open();
    people.signOut();
    expect(last()).toMatchObject({ type: "ended", end: { cause: "signed-out", words: "you signed out" } });
    expect(upstream.end).not.toBeNull();
  });

  it("goes on for a while when nobody looks, and then ends by that limit", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { registry, upstream, page } = await open();
    vi.advanceTimersByTime(DETACH_GRACE_MS * 2);
    expect(upstream.end).toBeNull();
    page.terminate();
    vi.advanceTimersByTime(DETACH_GRACE_MS - 1);
    expect(upstream.end).toBeNull();
    vi.advanceTimersByTime(1);
    expect(upstream.end).not.toBeNull();
    expect(registry.list()).toEqual([]);
  });

  it("keeps the end of a command readable for a page that comes back", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { registry, id, apiServer, last } = await open();
    apiServer.close(CLOSED);
    expect(last()).toMatchObject({ type: "ended", end: { cause: "closed" } });
    vi.advanceTimersByTime(ENDED_KEEP_MS - 1);
    expect(registry.info(id).ending).toMatchObject({ kind: "unknown" });
    vi.advanceTimersByTime(1);
    expect(() => registry.info(id)).toThrow(/no such session/);
  });

  it("forgets what is over before it refuses what is to live", async () => {
    const { registry, id, apiServer, another } = await open(2);
    const second = await another();
    await expect(another()).rejects.toMatchObject({ code: "LIMIT" });
    apiServer.close(CLOSED);
    const third = await another();
    expect(registry.list().map((session) => session.id)).toEqual([second.id, third.id]);
    expect(() => registry.info(id)).toThrow(/no such session/);
    await expect(another()).rejects.toMatchObject({ code: "LIMIT" });
  });

  it("one caller leaves room for the next, and each of those as well", async () => {
    const { registry, another } = await open(8);
    const holds = async (who: string) => {
      let count = 0;
      try {
        for (; count < 20; count += 1) await another(who);
      } catch (error) {
        expect(error).toMatchObject({ code: "LIMIT" });
      }
      return count;
    };
    // Ann had one.
    expect(await holds("ann")).toBe(4);
    await expect(another("ann")).rejects.toThrow(
      "you have 5 terminals open, and the 3 that are left are for others",
    );
    expect([await holds("ben"), await holds("cid")]).toEqual([2, 1]);
    await expect(another("dan")).rejects.toThrow("8 terminals are open");
    expect(registry.list()).toHaveLength(8);
  });

  it("forgets the caller's own that are over before those of others", async () => {
    const { registry, another } = await open(4);
    const ben = await another("ben");
    const ann = await another("ann");
    const cid = await another("cid");
    for (const one of [ben, ann, cid]) one.server.close(CLOSED);
    await another("ann");
    expect(() => registry.info(ann.id)).toThrow(/no such session/);
    expect([registry.info(ben.id), registry.info(cid.id)]).toHaveLength(2);
  });

  it("keeps only so much of what is over, however much each wrote", async () => {
    const { registry, another } = await open(10, 300 * 1024);
    const ended = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const made = await another();
      made.server.send(Channel.Stdout, new Uint8Array(256 * 1024));
      made.server.close(CLOSED);
      ended.push(made.id);
    }
    expect(
      registry
        .list()
        .filter(({ ending }) => ending !== null)
        .map(({ id }) => id),
    ).toEqual([ended[2]]);
  });
});
