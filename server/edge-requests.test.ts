/** Who may connect: rows A1 to A4, A7, A12, A18, A21 and A28 of the threat list, on the whole server. */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KEY_HEADER } from "#protocol/api.ts";
import { PORTHOLE_SUBPROTOCOL, TICKET_PREFIX } from "#protocol/subprotocol.ts";
import { until } from "#server/testing/loopback.ts";
import { Edge, EXEC } from "./edge.fixture.ts";

let edge: Edge;
let origin: string;
let machine: { authorization: string };

beforeAll(async () => {
  edge = await Edge.start();
  ({ origin, machine } = edge);
});

afterAll(() => edge.close());

describe("the Host list (A3)", () => {
  it.each([
    "evil.test",
    "127.0.0.1",
    "localhost.evil.test:PORT",
    "127.0.0.1.nip.io:PORT",
    "p-abc.localhost:PORT",
    "",
  ])("refuses %s on requests and upgrades, before any file or route", async (host) => {
    const name = host.replace("PORT", String(edge.port));
    expect((await edge.raw(edge.get("/", name))).line).toMatch(/ 4(00|21) /);
    expect((await edge.raw(edge.get("/healthz", name))).line).toMatch(/ 4(00|21) /);
    const upgrade = edge.upgradeTo(EXEC, machine).replace(`Host: 127.0.0.1:${edge.port}`, `Host: ${name}`);
    expect((await edge.raw(upgrade)).line).toMatch(/ 4(00|21) /);
  });

  it("refuses two Hosts, no Host, and absolute-form targets", async () => {
    expect(
      (await edge.raw(`GET / HTTP/1.1\nHost: 127.0.0.1:${edge.port}\nHost: evil.test\nConnection: close\n\n`))
        .line,
    ).toContain("400");
    expect((await edge.raw("GET / HTTP/1.1\nConnection: close\n\n")).line).toContain("400");
    expect(
      (await edge.raw(edge.get("http://169.254.169.254/latest", `127.0.0.1:${edge.port}`))).line,
    ).toContain("400");
    expect(
      (
        await edge.raw(
          edge.upgradeTo(EXEC, machine).replace(`GET ${EXEC}`, "GET http://169.254.169.254/latest"),
        )
      ).line,
    ).toContain("400");
    expect(
      (await edge.raw(edge.upgradeTo(EXEC, machine).replace(`GET ${EXEC}`, "GET //evil.test/"))).line,
    ).toContain("400");
  });
});

describe("upgrades (A1, A2, A12)", () => {
  it.each([
    "null",
    "http://evil.test",
    "https://127.0.0.1:PORT",
    "http://127.0.0.1:1",
    "http://localhost:1",
    "http://127.0.0.1:PORT.evil.test",
    "http://127.0.0.1:PORT/",
  ])("from Origin %s are refused, even with the token", async (foreign) => {
    const before = await edge.sessionCount();
    const answer = await edge.raw(
      edge.upgradeTo(EXEC, { ...machine, Origin: foreign.replace("PORT", String(edge.port)) }),
    );
    expect(answer.line).toContain("403");
    expect(await edge.sessionCount()).toBe(before);
  });

  it("of a browser need a ticket, which another path or a second use does not have", async () => {
    const headers = { ...(await edge.signIn()), "content-type": "application/json" };
    const body = JSON.stringify({
      cluster: "demo",
      namespace: "default",
      pod: "shell",
      container: "main",
      command: ["cat"],
    });
    const made = (await (
      await fetch(`${origin}/api/sessions`, { method: "POST", headers, body })
    ).json()) as { id: string; ticket: string };
    const page = { origin };
    const path = `/api/sessions/${made.id}/stream`;
    const bare = edge.dial(path, [PORTHOLE_SUBPROTOCOL], page);
    await until("the refusal", () => bare.seen.refused === 401);
    const good = edge.dial(path, [PORTHOLE_SUBPROTOCOL, TICKET_PREFIX + made.ticket], page);
    await good.opened;
    expect(good.ws.protocol).toBe(PORTHOLE_SUBPROTOCOL);
    expect(good.ws.extensions).toBe("");
    const again = edge.dial(path, [PORTHOLE_SUBPROTOCOL, TICKET_PREFIX + made.ticket], page);
    await until("the refusal", () => again.seen.refused === 401);
    good.ws.terminate();
    await fetch(`${origin}/api/sessions/${made.id}`, { method: "DELETE", headers });
  });

  it("of another version, protocol or path get an HTTP answer and the end of the connection", async () => {
    expect((await edge.raw(edge.upgradeTo(EXEC, machine, "12"))).line).toContain("400");
    expect(
      (await edge.raw(edge.upgradeTo(EXEC, machine).replace("Upgrade: websocket", "Upgrade: h2c"))).line,
    ).toContain("400");
    expect((await edge.raw(edge.upgradeTo("/nowhere", machine))).line).toContain("404");
    expect((await edge.raw(edge.upgradeTo("/_next/hmr", machine))).line).toContain("404");
    expect((await edge.raw(edge.upgradeTo("/clusters/demo/api/v1/pods", machine))).line).toContain("403");
    const smuggled = await edge.raw(
      `${edge.upgradeTo(EXEC, machine, "12")}${edge.get("/metrics", `127.0.0.1:${edge.port}`)}`,
    );
    expect(smuggled.all.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

describe("every route (A4, A7, A21)", () => {
  const routes: [string, string][] = [
    ["GET", "/api/session"],
    ["GET", "/api/clusters"],
    ["GET", "/api/clusters/demo/health"],
    ["GET", "/api/clusters/demo/access"],
    ["GET", "/api/clusters/demo/credential"],
    ["POST", "/api/clusters/demo/credential"],
    ["GET", "/api/sessions"],
    ["POST", "/api/sessions"],
    ["GET", "/api/sessions/x"],
    ["DELETE", "/api/sessions/x"],
    ["POST", "/api/tickets"],
    ["POST", "/api/links"],
    ["POST", "/api/logout"],
    ["GET", "/api/forwards"],
    ["POST", "/api/forwards"],
    ["GET", "/api/forwards/x"],
    ["DELETE", "/api/forwards/x"],
    ["POST", "/api/forwards/x/open"],
    ["GET", "/metrics"],
    ["GET", "/clusters/demo/api/v1/pods"],
    ["POST", "/clusters/demo/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"],
  ];

  it.each(routes)("%s %s is closed to strangers and to forms of other pages", async (method, path) => {
    const stranger = await fetch(origin + path, { method });
    expect(stranger.status).toBe(401);
    expect(await stranger.json()).toMatchObject({ kind: "Status", status: "Failure" });
    const foreign = { ...(await edge.signIn()), origin: "http://127.0.0.1:1", "content-type": "text/plain" };
    expect((await fetch(origin + path, { method, headers: foreign })).status).toBe(403);
    const headers = { origin, "sec-fetch-site": "same-origin", "content-type": "application/json" };
    expect((await fetch(origin + path, { method, headers })).status).toBe(401);
  });

  it("carries the frame and type headers, errors included", async () => {
    for (const path of [
      "/healthz",
      "/readyz",
      "/nowhere",
      "/api/nowhere",
      "/api/clusters",
      "/clusters/x/api",
      "/clusters/demo/api/v1/secrets",
    ]) {
      const answer = await fetch(origin + path, { headers: machine });
      expect(answer.headers.get("content-security-policy"), path).toContain("frame-ancestors 'none'");
      expect(answer.headers.get("x-frame-options"), path).toBe("DENY");
      expect(answer.headers.get("x-content-type-options"), path).toBe("nosniff");
      expect(answer.headers.get("referrer-policy"), path).toBe("no-referrer");
    }
    expect((await edge.raw(edge.upgradeTo("/nowhere", {}))).all).toContain("frame-ancestors 'none'");
  });

  it("takes JSON only, and not more than it needs", async () => {
    const post = (body: string, type: string) =>
      fetch(`${origin}/api/sessions`, {
        method: "POST",
        headers: { ...machine, "content-type": type },
        body,
      });
    expect((await post("{}", "text/plain")).status).toBe(415);
    expect((await post("[]", "application/json")).status).toBe(400);
    expect((await post("{", "application/json")).status).toBe(400);
    expect((await post(JSON.stringify({ x: "y".repeat(70_000) }), "application/json")).status).toBe(413);
  });
});

describe("slow and half-open clients (A28)", () => {
  it("do not keep others from connecting", async () => {
    const slow = Array.from({ length: 300 }, () => connect(edge.port, "127.0.0.1").on("error", () => {}));
    for (const socket of slow) socket.write("GET / HTTP/1.1\r\nHost: ");
    const began = performance.now();
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(1_000);
    for (const socket of slow) socket.destroy();
  });
});

describe("a request that is refused", () => {
  const KUBE = "/clusters/demo/api/v1/namespaces/default/pods/shell";
  const long = (bytes: number) => "y".repeat(bytes);

  it.each([
    ["headers above 16 KiB", 431, () => edge.get("/healthz", undefined, `X: ${long(20_000)}\n`)],
    ["a head above 1 MiB", 431, () => edge.get(`${KUBE}/exec?command=${long(1_100_000)}`)],
    ["a path of ours above 16 KiB", 414, () => edge.get(`/api/sessions?x=${long(17_000)}`)],
    ["a list above 16 KiB", 414, () => edge.get(`/clusters/demo/api/v1/pods?x=${long(17_000)}`)],
    ["a long path of a stream", 414, () => edge.get(`/clusters/demo/${long(17_000)}/exec?command=id`)],
    ["what is no HTTP", 400, () => "NONSENSE\n\n"],
    ["two Hosts", 400, () => edge.get("/healthz", undefined, "Host: x\n")],
    [
      "a Host behind 2 500 headers",
      431,
      () => edge.get("/", undefined, `${"X: y\n".repeat(2_500)}Host: x\n`),
    ],
    ["HTTP/2.0", 505, () => edge.get("/").replace("HTTP/1.1", "HTTP/2.0")],
    ["another's Host", 421, () => edge.get("/healthz", "example.com")],
    ["no credential", 401, () => edge.get(`${KUBE}/exec?command=${long(120_000)}`)],
    ["a page that is not there", 404, () => edge.get("/nowhere")],
    ["a method that pages do not have", 405, () => edge.get("/").replace("GET", "PUT")],
  ])("for %s is told so in a Status", async (_what, code, request) => {
    const { line, all } = await edge.raw(request());
    expect(line).toContain(` ${code} `);
    const body = JSON.parse(all.slice(all.indexOf("\r\n\r\n"))) as object;
    expect(body).toMatchObject({ kind: "Status", status: "Failure", code, message: expect.any(String) });
  });

  it("is not one that runs a command of 120 000 characters, on either wire, with 2 000 arguments", async () => {
    const words = [...Array.from({ length: 2_000 }, () => "%22"), long(120_000)];
    const query = `${words.map((word) => `&command=${word}`).join("")}&container=main&stdout=true`;
    const { ws, seen } = edge.dial(`${KUBE}/exec?command=echo${query}`);
    await until("the end", () => seen.code !== 0 || seen.refused !== 0);
    expect(seen).toMatchObject({ code: 1000, refused: 0 });
    const output = Buffer.concat(
      seen.frames.filter((frame) => frame[0] === 1).map((frame) => frame.subarray(1)),
    );
    expect(output.byteLength).toBe(2_000 * 2 + 120_000 + 1);
    ws.terminate();
  });
});

describe("the log (A18)", () => {
  it("holds no token, no key and no ticket of all that happened here", async () => {
    const { [KEY_HEADER]: key } = await edge.signIn();
    const lines = edge.logged.join("");
    expect(lines.length).toBeGreaterThan(100);
    for (const secret of [edge.token, key, TICKET_PREFIX]) expect(lines).not.toContain(secret);
  });
});
