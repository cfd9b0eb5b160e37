import { beforeEach, describe, expect, it } from "vitest";
import type { Connection } from "./connection.ts";
import { Places } from "./places.ts";

const LIMITS = { total: 100, strangers: 90, strangersPerAddress: 40 };

interface Client {
  name: string;
  address: string;
  signedIn: boolean;
  spare: boolean;
}

let places: Places;
let closed: string[];

beforeEach(() => {
  closed = [];
  places = new Places(LIMITS, (connection) => {
    places.leave(connection);
    closed.push((connection as unknown as Client).name);
  });
});

function come(name: string, address: string): { client: Client; taken: boolean } {
  const client = { name, address, signedIn: false, spare: true };
  return { client, taken: places.take(client as unknown as Connection) };
}

/** Signed in, with something open. */
function signIn(client: Client): void {
  client.spare = false;
  places.know(client as unknown as Connection);
}

const size = () => [...places].length;

describe("places for connections", () => {
  it("are given to the next one by the oldest stranger of the same address", () => {
    for (let index = 0; index < 45; index += 1) expect(come(`a${index}`, "10.0.0.1").taken).toBe(true);
    expect(closed).toEqual(["a0", "a1", "a2", "a3", "a4"]);
    expect(come("b", "10.0.0.2").taken).toBe(true);
    expect(closed).toHaveLength(5);
  });

  it("are taken from the address that has the most of them", () => {
    come("owner", "10.0.0.9");
    for (let index = 0; index < 88; index += 1) come(`x${index}`, `10.0.1.${Math.floor(index / 30)}`);
    expect(size()).toBe(89);
    for (let index = 0; index < 60; index += 1) expect(come(`y${index}`, "10.0.2.1").taken).toBe(true);
    expect(size()).toBe(90);
    expect(closed).not.toContain("owner");
  });

  it("are taken from the oldest when no address has more than a browser", () => {
    for (let index = 0; index < 90; index += 1) come(`x${index}`, `10.0.0.${index}`);
    for (const name of ["o1", "o2", "o3", "o4", "o5", "o6"]) come(name, "10.9.9.9");
    expect(closed).toEqual(["x0", "x1", "x2", "x3", "x4", "x5"]);
  });

  it("go by the last request and not by the connection", () => {
    const { client } = come("used", "10.0.0.1");
    for (let index = 0; index < 89; index += 1) come(`x${index}`, `10.1.0.${index}`);
    places.used(client as unknown as Connection);
    come("next", "10.2.0.1");
    expect(closed).toEqual(["x0"]);
  });

  it("of who is signed in are no stranger's, and there are always some left for them", () => {
    const own = Array.from({ length: 10 }, (_, index) => come(`own${index}`, "10.0.0.1").client);
    for (const client of own) signIn(client);
    for (let index = 0; index < 500; index += 1)
      expect(come(`x${index}`, `10.${index}.0.1`).taken, String(index)).toBe(true);
    expect(size()).toBe(100);
    expect(closed.filter((name) => name.startsWith("own"))).toEqual([]);
    const { client } = come("new", "10.0.0.1");
    signIn(client);
    expect(closed).not.toContain("new");
  });

  it("are found among those that are signed in and idle, when no stranger is left; and else there is none", () => {
    const own = Array.from({ length: 100 }, (_, index) => {
      const { client } = come(`own${index}`, "10.0.0.1");
      signIn(client);
      return client;
    });
    expect(size()).toBe(100);
    expect(come("late", "10.0.0.2").taken).toBe(false);
    expect(closed).toEqual(["late"]);
    own[7]!.spare = true;
    expect(come("later", "10.0.0.2").taken).toBe(true);
    expect(closed).toEqual(["late", "own7"]);
  });

  it("are counted no longer when they are left, and never twice", () => {
    const { client } = come("a", "10.0.0.1");
    const connection = client as unknown as Connection;
    places.leave(connection);
    places.leave(connection);
    places.used(connection);
    places.know(connection);
    expect(size()).toBe(0);
  });
});
