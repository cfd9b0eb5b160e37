/** Terminals whose command is over: they cost nobody a terminal that is to live, and next to no memory (docs/threats.md C21). */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SessionCreated, SessionInfo } from "#protocol/api.ts";
import { Edge } from "./edge.fixture.ts";

const ALL = 2_000;
const AT_ONCE = 50;
const BYTES_EACH = 24 * 1024;
const TARGET = { cluster: "demo", namespace: "default", pod: "shell", container: "main" };

let edge: Edge;
beforeAll(async () => {
  edge = await Edge.start();
});
afterAll(() => edge.close());

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

async function memory(): Promise<number> {
  collect();
  await new Promise((resolve) => setTimeout(resolve, 200));
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function open(command: string[]) {
  const answer = await fetch(`${edge.origin}/api/sessions`, {
    method: "POST",
    headers: { ...edge.machine, "content-type": "application/json" },
    body: JSON.stringify({ ...TARGET, command }),
  });
  return { code: answer.status, body: (await answer.json()) as SessionCreated };
}

async function sessions(): Promise<SessionInfo[]> {
  const answer = await fetch(`${edge.origin}/api/sessions`, { headers: edge.machine });
  return ((await answer.json()) as { sessions: SessionInfo[] }).sessions;
}

it("2 000 of them leave room for whoever comes", { timeout: 120_000 }, async () => {
  // No process is started for a command that is not there, and the session ends all the same.
  for (let turn = 0; turn < 100; turn += 1) await open(["no-such-command"]);
  const before = await memory();
  for (let made = 0; made < ALL; made += AT_ONCE) {
    const codes = await Promise.all(Array.from({ length: AT_ONCE }, () => open(["no-such-command"])));
    expect(codes.every(({ code }) => code === 201)).toBe(true);
  }
  const over = async () => (await sessions()).every(({ ending }) => ending !== null);
  while (!(await over())) await new Promise((resolve) => setTimeout(resolve, 50));
  const each = ((await memory()) - before) / ALL;
  expect(each).toBeLessThan(BYTES_EACH);
  const alive = await open(["cat"]);
  expect(alive.code).toBe(201);
  expect((await sessions()).find(({ id }) => id === alive.body.id)?.ending).toBeNull();
});
