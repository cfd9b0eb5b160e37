/** A previewed port through the whole server: what reaches the pod, and what is said before it has decided. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ForwardInfo, ForwardLink } from "#protocol/api.ts";
import { Edge } from "./edge.fixture.ts";
import { EdgeClients } from "./edge-clients.fixture.ts";

let edge: Edge;
let clients: EdgeClients;

beforeAll(async () => {
  edge = await Edge.start();
  clients = new EdgeClients(edge);
});

afterAll(() => edge.close());

/** A forward to the web pod, and the cookie that opens it. */
async function preview(): Promise<{ host: string; cookie: string }> {
  const web = { cluster: "demo", namespace: "default", kind: "Pod", name: "web", port: 8080 };
  const { body: forward } = await clients.post<ForwardInfo>("/api/forwards", web);
  const { body: link } = await clients.post<ForwardLink>(`/api/forwards/${forward.id}/open`, {});
  const { host, origin, hash } = new URL(link.url);
  const body = JSON.stringify({ code: new URLSearchParams(hash.slice(1)).get("code") });
  const head = `Host: ${host}\nOrigin: ${origin}\nContent-Type: application/json\nContent-Length: ${body.length}\n`;
  const entered = await edge.raw(`POST /.porthole/enter HTTP/1.1\n${head}Connection: close\n\n${body}`);
  return { host, cookie: /^Set-Cookie: ([^;]+)/im.exec(entered.all)![1]! };
}

const upload = (host: string, more: string) =>
  edge.raw(
    `PUT /echo HTTP/1.1\nHost: ${host}\n${more}Expect: 100-continue\nContent-Length: 4\nConnection: close\n\nbody`,
  );

const statusLines = (answer: { all: string }) => answer.all.match(/^HTTP\/1\.1 .*$/gm);

it("passes on the pod's own 100 Continue, once, and then the answer", async () => {
  const { host, cookie } = await preview();
  const answer = await upload(host, `Cookie: ${cookie}\nOrigin: http://${host}\n`);
  expect(statusLines(answer)).toEqual(["HTTP/1.1 100 Continue", "HTTP/1.1 200 OK"]);
  expect(answer.all).toContain('"body": "body"');
});

it("asks nobody to go on whom it refuses", async () => {
  const { host } = await preview();
  expect(statusLines(await upload(host, ""))).toEqual(["HTTP/1.1 401 Unauthorized"]);
});

it("hands a path to the program as it came, whatever its form (A12)", async () => {
  const { host, cookie } = await preview();
  for (const path of ["/x/../echo", "/./echo?a", "/x/%2e%2e/echo?q=%2f", "/echo?#", "//x/../echo"]) {
    const { all } = await edge.raw(edge.get(path, host, `Cookie: ${cookie}\n`));
    expect(all).toContain(`"url": "${path}"`);
  }
  for (const path of ["//", "/\\", "///"])
    expect((await edge.raw(edge.get(path, host, `Cookie: ${cookie}\n`))).line, path).toContain(" 200 ");
});
