import { afterEach, expect, it } from "vitest";
import { HalfMessage } from "./half-message.ts";
import { MAX_READ_BYTES } from "./websocket-limits.ts";

const MIB = 1024 * 1024;
const open: HalfMessage[] = [];

function connection(): HalfMessage {
  const half = new HalfMessage();
  open.push(half);
  return half;
}

afterEach(() => {
  for (const half of open.splice(0)) half.drop();
});

it("has room for few large messages that are half sent, and for any number that end", () => {
  const attackers = Array.from({ length: 12 }, connection);
  for (const attacker of attackers) expect(attacker.read(MIB)).toBe(true);
  const client = connection();
  expect(client.read(MIB)).toBe(false);
  client.drop();
  const typist = connection();
  for (let messages = 0; messages < 1_000; messages += 1) {
    expect(typist.read(MAX_READ_BYTES)).toBe(true);
    typist.end();
  }
  attackers[0]?.end();
  expect(connection().read(MIB)).toBe(true);
});

it("counts what is left of a read in which a message ended as the beginning of the next", () => {
  const attackers = Array.from({ length: 11 }, connection);
  for (const attacker of attackers) attacker.read(MIB);
  const client = connection();
  expect(client.read(MIB)).toBe(true);
  client.end();
  expect(client.read(MAX_READ_BYTES)).toBe(true);
  expect(client.read(2 * MIB)).toBe(false);
});

it("gives its room back with the connection", () => {
  for (let connections = 0; connections < 100; connections += 1) {
    const client = connection();
    expect(client.read(MIB)).toBe(true);
    client.drop();
  }
});
