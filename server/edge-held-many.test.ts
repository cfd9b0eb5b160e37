/**
 * The product's own limits under twelve thousand held connections (threats.md A28). edge-held.test.ts proves the same
 * with few; this takes a minute and most of the open files, so it runs with PORTHOLE_LONG=1 alone.
 */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { Edge } from "./edge.fixture.ts";
import { EdgeClients } from "./edge-clients.fixture.ts";

const HELD = 12_000;
const ATTACK_MS = 20_000;
const OWNER_WAITS_MS = 1_000;
/** The neighbour's, and the one that asks. */
const OWN = 2;
const GONE_WITHIN_MS = 60_000;
const MIB = 1024 * 1024;
const MAX_GROWTH_MIB = 64;

/** Opens connections that begin a head and never end it, opens again what is closed, and never closes one itself. */
const ATTACKER = `
const { connect } = require("node:net");
const [port, count] = process.argv.slice(1).map(Number);
let open = 0;
const more = () => {
  for (let added = 0; open < count && added < 400; added += 1) {
    open += 1;
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }, () => socket.write("GET / HTTP/1.1\\r\\nHost: x\\r\\n"));
    let gone = false;
    const over = () => { if (!gone) { gone = true; open -= 1; } };
    socket.on("error", () => {}).on("end", () => { over(); setTimeout(() => socket.destroy(), 30000); }).on("close", over).resume();
  }
};
setInterval(more, 50);
`;

it.runIf(process.env.PORTHOLE_LONG === "1")(
  "twelve thousand held connections keep nobody out, and are all gone when their attacker is",
  async () => {
    const edge = await Edge.start();
    onTestFinished(() => edge.close());
    const neighbour = await new EdgeClients(edge).neighbour();
    const metric = async (pattern: RegExp): Promise<number> => {
      const headers = { ...edge.machine, connection: "close" };
      const text = await (await fetch(`${edge.origin}/metrics`, { headers })).text();
      return [...text.matchAll(pattern)].reduce((sum, [, count]) => sum + Number(count), 0);
    };
    const connections = /^porthole_connections\{phase="\w+"\} (\d+)$/gm;
    for (let warm = 0; warm < 20; warm += 1) await metric(connections);
    const before = process.memoryUsage().rss;
    const attacker = spawn(process.execPath, ["-e", ATTACKER, String(edge.port), String(HELD)], {
      stdio: "ignore",
    });
    onTestFinished(() => void attacker.kill("SIGKILL"));
    const waits: number[] = [];
    let most = 0;
    const began = Date.now();
    while (Date.now() - began < ATTACK_MS) {
      const asked = performance.now();
      const path = "/clusters/demo/api/v1/namespaces/default/pods";
      const answer = await fetch(edge.origin + path, { headers: { ...edge.machine, connection: "close" } });
      expect(answer.status).toBe(200);
      await answer.text();
      waits.push(performance.now() - asked);
      await neighbour.goesOn();
      most = Math.max(most, await metric(connections));
    }
    const growth = (process.memoryUsage().rss - before) / MIB;
    waits.sort((one, other) => one - other);
    const median = waits[Math.floor(waits.length / 2)]!;
    expect(most).toBeGreaterThan(1_500);
    expect(median).toBeLessThan(OWNER_WAITS_MS);
    expect(growth).toBeLessThan(MAX_GROWTH_MIB);
    expect(edge.logged.filter((line) => line.includes("too many connections"))).toHaveLength(1);
    attacker.kill("SIGSTOP");
    const stopped = Date.now();
    while ((await metric(connections)) > OWN && Date.now() - stopped < GONE_WITHIN_MS) await sleep(500);
    expect(await metric(connections)).toBeLessThanOrEqual(OWN);
    await neighbour.goesOn();
  },
  180_000,
);
