import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { Program } from "#server/forward/program.fixture.ts";
import { APP_ORIGIN, PreviewServer } from "./preview-server.fixture.ts";

const NAVIGATION = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", accept: "text/html" };
const UPGRADE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

describe("createPreviewHandler", () => {
  let program: Program;
  let preview: PreviewServer;

  beforeEach(async () => {
    program = await Program.http((_request, response) => response.end("from the pod"));
    preview = await PreviewServer.start(program.port);
  });

  afterEach(async () => {
    await preview.close();
    await program.close();
  });

  describe("without a sign-in (A7)", () => {
    it.each([
      ["GET", {}],
      ["GET", { accept: "text/html" }],
      ["GET", { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" }],
      ["HEAD", NAVIGATION],
      ["POST", { origin: "http://evil.test" }],
      ["POST", NAVIGATION],
      ["OPTIONS", {}],
      ["GET", { ...UPGRADE }],
      ["GET", { cookie: "porthole_preview=guess" }],
      ["GET", { cookie: `porthole_preview=${"A".repeat(43)}` }],
      ["GET", { authorization: "Bearer launch-token" }],
    ])("answers %s with %j by 401 and lets nothing through", async (method, headers) => {
      const answer = await preview.ask("/a", { method, headers, signedIn: false });
      expect(answer.status).toBe(401);
      if (method !== "HEAD") expect(JSON.parse(answer.body)).toMatchObject({ kind: "Status", code: 401 });
      expect(program.requests).toHaveLength(0);
      expect(preview.pod.dialled).toHaveLength(0);
    });

    it("sends a person who follows a link to the app, with the way back", async () => {
      const answer = await preview.ask("/a?b=c", { headers: NAVIGATION, signedIn: false });
      expect(answer.status).toBe(302);
      const location = new URL(answer.headers.location ?? "");
      expect(location.origin + location.pathname).toBe(`${APP_ORIGIN}/open/`);
      expect(location.searchParams.get("forward")).toBe(preview.forward.id);
      expect(location.searchParams.get("path")).toBe("/a?b=c");
    });

    it("does not send a way back that leads elsewhere", async () => {
      const answer = await preview.ask("//evil.test/", { headers: NAVIGATION, signedIn: false });
      expect(new URL(answer.headers.location ?? "").searchParams.get("path")).toBe("/");
    });
  });

  it("does not accept the cookie of another forward", async () => {
    const other = await preview.add(program.port);
    const answer = await preview.ask("/", { id: other.id });
    expect(answer.status).toBe(401);
  });

  it("does not accept a cookie that comes twice (A8)", async () => {
    const cookie = `${preview.cookie}; porthole_preview=tossed`;
    const answer = await preview.ask("/", { headers: { cookie } });
    expect(answer.status).toBe(401);
  });

  it("answers for a forward that is not there with a page, or a Status", async () => {
    const id = "a".repeat(12);
    const page = await preview.ask("/", { id, headers: { accept: "text/html" } });
    expect(page.status).toBe(404);
    expect(page.body).toContain("There is no such forward");
    const status = await preview.ask("/", { id });
    expect(JSON.parse(status.body)).toMatchObject({ kind: "Status", code: 404 });
    expect((await preview.ask("/", { id, headers: UPGRADE })).status).toBe(404);
  });

  describe("for a page of another origin (A1)", () => {
    it.each([
      ["POST", { origin: "http://p-other.localhost:1" }],
      ["POST", { origin: "null" }],
      ["DELETE", { "sec-fetch-site": "same-site" }],
      ["PUT", { "sec-fetch-site": "cross-site" }],
      ["GET", { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script" }],
      ["GET", { "sec-fetch-site": "same-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" }],
      ["GET", { "sec-fetch-site": "same-site", ...NAVIGATION, "sec-purpose": "prefetch" }],
      ["HEAD", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" }],
      ["GET", { referer: "http://p-other.localhost:1/" }],
    ])("refuses %s with %j", async (method, headers) => {
      expect((await preview.ask("/", { method, headers })).status).toBe(403);
      expect(program.requests).toHaveLength(0);
    });

    it("serves the forward's own page, with or without a referrer policy", async () => {
      const own = await preview.ask("/", { method: "POST", headers: { origin: preview.origin } });
      const hidden = { origin: "null", "sec-fetch-site": "same-origin" };
      expect(own.status).toBe(200);
      expect((await preview.ask("/", { method: "POST", headers: hidden })).status).toBe(200);
    });

    it("asks a person whose browser says nothing of where a request comes from, and nobody else", async () => {
      const browser = { "user-agent": "Mozilla/5.0" };
      const page = await preview.ask("/delete", { headers: { ...browser, accept: "text/html" } });
      expect([page.status, page.headers["referrer-policy"]]).toEqual([403, "same-origin"]);
      expect(page.body).toContain('<a href="">Go on</a>');
      expect(page.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
      expect((await preview.ask("/delete", { headers: { ...browser, accept: "image/png" } })).status).toBe(
        403,
      );
      expect(program.requests).toHaveLength(0);
      const clicked = { ...browser, accept: "text/html", referer: `${preview.origin}/delete` };
      expect((await preview.ask("/delete", { headers: clicked })).body).toBe("from the pod");
    });

    it.each(["http://p-other.localhost:1", "null", undefined])(
      "refuses a WebSocket from %s",
      async (origin) => {
        const headers = { ...UPGRADE, ...(origin ? { origin } : {}) };
        expect((await preview.ask("/", { headers })).status).toBe(403);
        expect(preview.pod.dialled).toHaveLength(0);
      },
    );
  });

  describe("on its own paths", () => {
    it("signs in: the code once, from its own page, as JSON", async () => {
      const code = preview.auth.mintCode(preview.forward, preview.people.caller("owner-1"));
      const post = (headers: Record<string, string>) =>
        preview.ask("/.porthole/enter", {
          method: "POST",
          signedIn: false,
          headers: { "content-type": "application/json", origin: preview.origin, ...headers },
          body: JSON.stringify({ code }),
        });
      expect((await post({ "content-type": "text/plain" })).status).toBe(415);
      expect((await post({ origin: "http://evil.test" })).status).toBe(403);
      const entered = await post({});
      expect(entered.status).toBe(204);
      const cookie = entered.headers["set-cookie"]?.[0] ?? "";
      expect(cookie).toMatch(/^porthole_preview=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
      const page = await preview.ask("/", {
        signedIn: false,
        headers: { cookie: cookie.split(";")[0] ?? "" },
      });
      expect(page.body).toBe("from the pod");
      expect((await post({})).status).toBe(401);
    });

    it.each(["prefetch", "prefetch;prerender"])(
      "is not run ahead (%s), which would use up the code",
      async (purpose) => {
        const headers = { ...NAVIGATION, "sec-fetch-site": "none", "sec-purpose": purpose };
        expect((await preview.ask("/.porthole/enter", { signedIn: false, headers })).status).toBe(403);
      },
    );

    it("gives the page that does it a policy under which only its own script runs", async () => {
      const page = await preview.ask("/.porthole/enter", { signedIn: false });
      expect(page.status).toBe(200);
      const policy = page.headers["content-security-policy"] ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toMatch(/script-src 'sha256-[^']+'(;|$)/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(page.headers["cache-control"]).toBe("no-store");
    });

    it.each([
      ["broken JSON", "{"],
      ["no object", "[]"],
      ["null", "null"],
      ["a code that is a number", '{"code":7}'],
      ["too much", `{"code":"${"x".repeat(2_000)}"}`],
    ])("refuses a body that is %s", async (_what, body) => {
      const headers = { "content-type": "application/json", origin: preview.origin };
      const options = { method: "POST", signedIn: false, headers, body };
      expect((await preview.ask("/.porthole/enter", options)).status).toBe(401);
    });

    it.each(["/.porthole/", "/.porthole", "/.porthole/enter/x", "/.porthole/login?x=1"])(
      "answers %s by 404, signed in or not, and never asks the pod",
      async (path) => {
        expect((await preview.ask(path)).status).toBe(404);
        expect((await preview.ask(path, { signedIn: false })).status).toBe(404);
        expect((await preview.ask(path, { headers: { ...UPGRADE, origin: preview.origin } })).status).toBe(
          404,
        );
        expect(program.requests).toHaveLength(0);
      },
    );
  });

  it("cuts what is open when the right ends, and when the forward is removed (A17)", async () => {
    const sockets = new WebSocketServer({ server: program.server as never });
    const open = async () => {
      const headers = preview.headersFor({});
      const socket = new WebSocket(`ws://127.0.0.1:${preview.port}/`, { origin: preview.origin, headers });
      await once(socket, "open");
      return { closed: once(socket, "close") };
    };
    const revoked = await open();
    preview.people.signOut("owner-1");
    expect((await revoked.closed)[0]).toBe(1006);
    preview.cookie = preview.signIn(preview.forward.id);
    const removed = await open();
    await preview.registry.delete(preview.forward.id);
    expect((await removed.closed)[0]).toBe(1006);
    expect((await preview.ask("/")).status).toBe(404);
    sockets.close();
  });
});
