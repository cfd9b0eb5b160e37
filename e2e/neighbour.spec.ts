/** Other programs that listen on this machine, in a real browser: rows A2 and A8 of docs/threats.md. */
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ForwardInfo } from "#protocol/api.ts";
import { expect, test } from "./fixtures.ts";
import { WorkbenchPage } from "./pages/workbench-page.ts";

/** Each as large as a browser keeps one. */
const PLANTED = Array.from({ length: 60 }, (_, index) => `planted${index}=${"x".repeat(4_000)}; Path=/`);
/** Set by one answer, whose head browsers limit too. */
const AT_ONCE = 30;
const MAX_HEAD_BYTES = 1024 * 1024;

/** Lures browsers to itself, keeps what they send, and plants what it likes. */
class Neighbour {
  readonly seen: { path: string; headers: IncomingHttpHeaders }[] = [];
  plants: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(): Promise<Neighbour> {
    const server = createServer({ maxHeaderSize: MAX_HEAD_BYTES });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const neighbour = new Neighbour(server, (server.address() as AddressInfo).port);
    server.on("request", (request, response) => {
      const path = request.url ?? "";
      neighbour.seen.push({ path, headers: request.headers });
      if (neighbour.plants.length > 0) response.setHeader("Set-Cookie", neighbour.plants);
      response.setHeader("Content-Type", "text/html");
      const lure = `<a href="http://127.0.0.1:${neighbour.port}/lure">cats</a>`;
      response.end(path === "/lure" ? '<script>location = "/second"</script>' : lure);
    });
    return neighbour;
  }

  headersOf(path: string): IncomingHttpHeaders {
    return this.seen.find((one) => one.path === path)?.headers ?? {};
  }

  stop(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}

let neighbour: Neighbour;
test.beforeEach(async () => {
  neighbour = await Neighbour.start();
});
test.afterEach(() => neighbour.stop());

test("a link that leads to another port and on gets nothing by which to get in", async ({
  workbench,
  page,
  porthole,
}) => {
  await workbench.untilPods();
  const key = await page.evaluate(() => localStorage.getItem("porthole.key"));
  const other = await page.context().newPage();
  await other.goto(`http://site.localhost:${neighbour.port}/`);
  await other.getByRole("link").click();
  await other.waitForURL("**/second");

  const { cookie } = neighbour.headersOf("/second");
  expect(cookie).toBeUndefined();
  expect(JSON.stringify(neighbour.seen)).not.toContain(key);
  expect(await other.evaluate(() => localStorage.length)).toBe(0);
  const read = await other.evaluate(
    (url) => fetch(url, { credentials: "include" }).then(({ status }) => status, String),
    `${porthole.origin}/api/session`,
  );
  expect(read).toContain("Failed to fetch");
  const headers = { cookie: `porthole_${porthole.port}=${key}`, "sec-fetch-site": "same-origin" };
  expect((await fetch(`${porthole.origin}/api/session`, { headers })).status).toBe(401);
});

test("what a neighbour plants for the host locks nobody out", async ({ workbench, page, porthole }) => {
  await workbench.untilPods();
  const name = `porthole_${porthole.port}`;
  const other = await page.context().newPage();
  const named = ["/api", "/", "/clusters"].map((path) => `${name}=x; Path=${path}`);
  for (const from of Array.from({ length: PLANTED.length / AT_ONCE }, (_, index) => index * AT_ONCE)) {
    neighbour.plants = [...named, ...PLANTED.slice(from, from + AT_ONCE)];
    await other.goto(`http://127.0.0.1:${neighbour.port}/`);
  }
  expect((await page.context().cookies(porthole.origin)).length).toBeGreaterThan(50);
  await page.reload();
  await workbench.untilPods();
  const terminal = await workbench.openShell("shell");
  await terminal.run("echo still-he''re");
  await terminal.untilText(/^still-here$/m);
});

test("a local port of a forward is sent nothing of ours, whoever leads there", async ({
  workbench,
  page,
  porthole,
}) => {
  await workbench.untilPods();
  const key = await page.evaluate(() => localStorage.getItem("porthole.key"));
  const { local } = await porthole.api<ForwardInfo>("POST", "/api/forwards", {
    ...{ cluster: "demo", namespace: "default", kind: "Pod", name: "web", port: 8080, listen: true },
  });
  const pod = await page.context().newPage();
  await pod.goto(`http://${local}/`);
  // From a page of its own, as a second step.
  const seen = await pod.evaluate(async () => (await fetch("/echo", { credentials: "include" })).text());
  const { headers } = JSON.parse(seen) as { headers: Record<string, string> };
  expect(headers.host).toBe(local);
  expect(Object.keys(headers)).not.toContain("cookie");
  expect(seen).not.toContain(key);
  expect(await pod.evaluate(() => [document.cookie, localStorage.length])).toEqual(["", 0]);
});

test("another of our names leads to the one that is printed, and signs in there", async ({
  page,
  porthole,
}) => {
  await page.goto(`http://localhost:${porthole.port}/#t=${porthole.token}`);
  await new WorkbenchPage(page, porthole).untilPods();
  expect(await page.evaluate(() => [location.origin, location.hash])).toEqual([porthole.origin, ""]);
});
