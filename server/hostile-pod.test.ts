/** Programs in pods that answer a preview with what no program says. */

import type { Duplex } from "node:stream";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { ForwardInfo, ForwardLink } from "#protocol/api.ts";
import { flood } from "./hostile-client.fixture.ts";
import { type Row, type Scene, Stage } from "./hostile-stage.fixture.ts";

const TIMEOUT_MS = 90_000;
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

/** A request of a preview; the answer is read or not. */
async function ask(scene: Scene, answer: (pod: Duplex) => void, read: boolean): Promise<void> {
  const { api, client } = scene;
  api.program = (pod) => pod.on("error", () => {}).once("data", () => answer(pod));
  const entry = await preview(scene);
  const socket = await client.connect();
  socket.write(client.head("GET", "/", entry));
  if (read) socket.resume();
  else socket.pause();
}

const ROWS: Row[] = [false, true].map((read) => ({
  name: `endless 103 to a browser that ${read ? "reads" : "does not read"}`,
  threat: "A29",
  attack: (scene) =>
    ask(
      scene,
      (pod) => {
        const hint = Buffer.from("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n");
        void flood(pod, hint, scene.over);
      },
      read,
    ),
}));

const stage = new Stage();
beforeAll(() => stage.start(), TIMEOUT_MS);
afterAll(() => stage.close());

describe("a hostile pod", () => {
  it.each(ROWS)("$name ($threat)", (row) => stage.run(row), TIMEOUT_MS);
});
