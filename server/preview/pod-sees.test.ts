import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { PATIENT, Program } from "#server/forward/program.fixture.ts";
import { previewsForTests } from "./previews-for-tests.fixture.ts";

/** Twice, in other cases and with other marks: what servers join, or take for the same. */
const CLAIMED = [
  ...["X-Auth-Request-User: root", "x-auth-request-user: root", "X_Auth_Request_User: root"],
  ...["Remote-User: root", "REMOTE_USER: root", "X-WEBAUTH-USER: root", "X.Forwarded.For: 127.0.0.1"],
  ...["CF-Connecting-IP: 127.0.0.1", "True-Client-IP: 127.0.0.1", "X-Middleware-Subrequest: middleware"],
  ...["Proxy: http://evil.test", "Tailscale-User-Login: root", "SSL_CLIENT_VERIFY: SUCCESS"],
];
const KEPT = ["X-Requested-With: XMLHttpRequest", "X-CSRF-Token: 1", "Authorization: Basic eDp5"];

describe("what a pod sees of a request (A13)", () => {
  const { closers, previewOf } = previewsForTests();

  async function witness() {
    const heads: string[][] = [];
    const trailers: string[][] = [];
    const program = await Program.http((request, response) => {
      request.resume().once("end", () => {
        trailers.push(request.rawTrailers);
        response.end("ok");
      });
    });
    closers.push(() => program.close());
    const note = (request: IncomingMessage) => heads.push(request.rawHeaders);
    program.server.on("request", note);
    program.server.on("upgrade", (request: IncomingMessage, socket) => {
      note(request);
      socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    });
    return { heads, trailers, preview: await previewOf(program.port) };
  }

  const names = (raw: string[] | undefined) => (raw ?? []).filter((_text, index) => index % 2 === 0);

  it.each([
    ["a request", "POST", ["Content-Length: 0", "Connection: close"]],
    [
      "an upgrade",
      "GET",
      [
        ...["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"],
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      ],
    ],
  ])("holds none of the claims of %s, and all that is the program's", async (_what, method, more) => {
    const { heads, preview } = await witness();
    const own = [`Host: ${new URL(preview.origin).host}`, `Origin: ${preview.origin}`];
    const lines = [`${method} / HTTP/1.1`, ...own, `Cookie: ${preview.cookie}`, ...CLAIMED, ...KEPT, ...more];
    const socket = preview.raw(`${lines.join("\r\n")}\r\n\r\n`);
    socket.resume();
    await once(socket, "close");
    const seen = names(heads[0]).map((name) => name.toLowerCase());
    for (const line of KEPT) expect(seen).toContain(line.split(":")[0]?.toLowerCase());
    for (const line of CLAIMED) expect(seen).not.toContain(line.split(":")[0]?.toLowerCase());
  });

  it("holds none that comes behind the body", async () => {
    const { trailers, preview } = await witness();
    const head = [
      ...["POST / HTTP/1.1", `Host: ${new URL(preview.origin).host}`, `Cookie: ${preview.cookie}`],
      ...["Transfer-Encoding: chunked", "Trailer: X-Sum, Remote-User", "Connection: close"],
    ];
    const body = "1\r\nx\r\n0\r\nX-Sum: 1\r\nRemote-User: root\r\nX_Remote_User: root\r\nCookie: a=1\r\n\r\n";
    preview.raw(`${head.join("\r\n")}\r\n\r\n${body}`).resume();
    await expect.poll(() => trailers, PATIENT).toEqual([["X-Sum", "1"]]);
  });
});
