import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { describe, expect, it } from "vitest";
import { previewsForTests } from "./previews-for-tests.fixture.ts";
import { mayTrail } from "./trailer-fields.ts";

describe("mayTrail", () => {
  it.each(["X-Sum", "Grpc-Status", "Grpc-Message", "Server-Timing", "ETag", "Digest", "Content-MD5"])(
    "lets %s follow a body",
    (name) => expect(mayTrail(name)).toBe(true),
  );

  it.each([
    "Set-Cookie",
    "Cookie",
    "Authorization",
    "Host",
    "Content-Length",
    "Clear-Site-Data",
    "Vary",
    "Location",
  ])("keeps %s before it", (name) => expect(mayTrail(name)).toBe(false));

  it.each(["Remote-User", "X_Forwarded_For", "X-Accel-Redirect", "Sec-Fetch-Site", "If-Match"])(
    "keeps %s out",
    (name) => expect(mayTrail(name)).toBe(false),
  );
});

describe("what a pod says beside its head (A8)", () => {
  const { serve } = previewsForTests();

  it("sets no cookie and steers nothing, before it or behind the body", async () => {
    const steers = {
      "set-cookie": "a=1; Domain=localhost",
      "clear-site-data": '"cookies"',
      "x-accel-redirect": "/x",
    };
    const { preview } = await serve((_request, response) => {
      response.writeEarlyHints({ link: "</a.css>; rel=preload", ...steers });
      response.writeHead(200, { trailer: "X-Sum, Set-Cookie" });
      response.write("x");
      response.addTrailers({ "X-Sum": "1", ...steers });
      response.end();
    });
    const headers = preview.headersFor({});
    const request = httpRequest({ host: "127.0.0.1", port: preview.port, path: "/", headers }).end();
    const hints = once(request, "information");
    const [response] = await once(request, "response");
    await once(response.resume(), "end");
    expect((await hints)[0].headers).toEqual({ link: "</a.css>; rel=preload" });
    expect(response.trailers).toEqual({ "x-sum": "1" });
  });
});
