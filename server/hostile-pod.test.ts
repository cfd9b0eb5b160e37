/** Programs in pods that answer a preview with what no program says. */

import { connect } from "node:net";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { ForwardInfo, ForwardLink } from "#protocol/api.ts";
import { ENDLESS_ANSWERS, SLOW_ANSWERS } from "./hostile-answers.fixture.ts";
import type { Flood } from "./hostile-frames.fixture.ts";
import { HOSTILE_TIMEOUT_MS, type Row, type Scene, Stage } from "./hostile-stage.fixture.ts";

const TARGET = { cluster: "bad", namespace: "default", kind: "Pod", name: "any", port: 8080 };

/** A forward's origin and what opens it. */
async function preview({ client }: Scene): Promise<Record<"Host" | "Cookie", string>> {
  const { id } = await client.api<ForwardInfo>("POST", "/api/forwards", TARGET);
  const { url } = await client.api<ForwardLink>("POST", `/api/forwards/${id}/open`, {});
  const { host, origin, hash } = new URL(url);
  const body = JSON.stringify({ code: new URLSearchParams(hash.slice(1)).get("code") });
  const socket = await client.connect();
  const more = { Host: host, Origin: origin, "Content-Type": "application/json", Connection: "close" };
  socket.write(
    client.head("POST", "/.porthole/enter", { ...more, "Content-Length": String(body.length) }) + body,
  );
  let answer = "";
  for await (const bytes of socket) answer += bytes;
  return { Host: host, Cookie: /^Set-Cookie: ([^;]+)/im.exec(answer)?.[1] ?? "" };
}

type Reader = "reads" | "does not read";

/** A request of a preview, and what the program says to it. */
async function ask(scene: Scene, flood: Flood, reader: Reader, headers = {}): Promise<void> {
  const { api, client } = scene;
  api.program = (pod) => pod.on("error", () => {}).once("data", () => client.flood(pod, flood));
  const entry = await preview(scene);
  const socket = await client.connect();
  socket.write(client.head("GET", "/", { ...entry, ...headers }));
  if (reader === "reads") socket.resume();
  else socket.pause();
}

/** A connection through a forward's own port, of which nothing is read. */
async function throughPort({ api, client, over }: Scene, flood: Flood): Promise<void> {
  api.program = (pod) =>
    void client.flood(
      pod.on("error", () => {}),
      flood,
    );
  const { local } = await client.api<ForwardInfo>("POST", "/api/forwards", { ...TARGET, listen: true });
  const socket = connect(Number(local?.split(":")[1]), "127.0.0.1");
  socket.on("error", () => {});
  socket.pause();
  over.addEventListener("abort", () => socket.destroy());
}

const UPGRADE = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

const ROWS: Row[] = [
  ...Object.entries({ ...ENDLESS_ANSWERS, ...SLOW_ANSWERS }).map(([kind, flood]) => ({
    name: `a preview whose browser does not read: ${kind}`,
    threat: "A29",
    attack: (scene: Scene) => ask(scene, flood, "does not read"),
  })),
  ...["103 answers", "chunks of one byte", "blanks"].map((kind) => ({
    name: `a preview whose browser reads: ${kind}`,
    threat: "A29",
    attack: (scene: Scene) => ask(scene, ENDLESS_ANSWERS[kind]!, "reads"),
  })),
  ...["102 answers", "a header", "an error page"].map((kind) => ({
    name: `a preview's WebSocket: ${kind}`,
    threat: "A29",
    attack: (scene: Scene) => ask(scene, ENDLESS_ANSWERS[kind]!, "does not read", UPGRADE),
  })),
  ...[1, 16].map((times) => ({
    name: `bytes through a port that nobody takes, ${times} at once`,
    threat: "A29",
    async attack(scene: Scene) {
      const flood = { unit: Buffer.alloc(64 * 1024, "x") };
      for (let time = 0; time < times; time += 1) await throughPort(scene, flood);
    },
  })),
];

const stage = new Stage();
beforeAll(() => stage.start(), HOSTILE_TIMEOUT_MS);
afterAll(() => stage.close());

describe("a hostile pod", () => {
  for (const row of ROWS) it(`${row.name} (${row.threat})`, () => stage.run(row), HOSTILE_TIMEOUT_MS);
});
