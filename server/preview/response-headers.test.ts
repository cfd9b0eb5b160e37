import { describe, expect, it } from "vitest";
import { browserResponseHeaders, type ResponseRewrite } from "./response-headers.ts";

const OWN = "http://p-abc.localhost:7654";
const rewrite: ResponseRewrite = {
  ownOrigin: OWN,
  podOrigin: "http://localhost:80",
  podPorts: [80, 8080],
  chunked: false,
  trailers: false,
  hosted: false,
};

const passed = (name: string, value: string) => browserResponseHeaders([name, value], rewrite);

describe("browserResponseHeaders", () => {
  it.each([
    ["http://localhost:8080/login?next=%2F", `${OWN}/login?next=%2F`],
    ["http://localhost/a", `${OWN}/a`],
    ["http://127.0.0.1:8080", OWN],
    ["HTTP://LOCALHOST:8080/a", `${OWN}/a`],
    ["//localhost:8080/a", `${OWN}/a`],
    ["http://[::1]:8080?x", `${OWN}?x`],
    ["http://0.0.0.0:8080/#f", `${OWN}/#f`],
    ["https://localhost:8080/a", `${OWN}/a`],
    ["/a", "/a"],
    ["a/b", "a/b"],
    ["http://localhost:9090/a", "http://localhost:9090/a"],
    ["https://localhost/a", "https://localhost/a"],
    ["http://localhost:8080@evil.test/", "http://localhost:8080@evil.test/"],
    ["http://localhost.evil.test/", "http://localhost.evil.test/"],
    ["https://example.com/?u=http://localhost:8080/", "https://example.com/?u=http://localhost:8080/"],
  ])("Location %s leads to %s", (location, expected) => {
    expect(passed("Location", location)).toEqual(["Location", expected]);
  });

  it("rewrites the pod's address where else it stands", () => {
    expect(passed("Content-Location", "http://localhost:8080/a")).toEqual(["Content-Location", `${OWN}/a`]);
    expect(passed("Refresh", "5; url=http://localhost:8080/a")).toEqual(["Refresh", `5; url=${OWN}/a`]);
    expect(passed("Access-Control-Allow-Origin", "http://localhost:80")).toEqual([
      "Access-Control-Allow-Origin",
      OWN,
    ]);
    expect(passed("Access-Control-Allow-Origin", "*")).toEqual(["Access-Control-Allow-Origin", "*"]);
  });

  it("drops cookies under our names and the Domain of the others", () => {
    const raw = ["Set-Cookie", "porthole_preview=x", "set-cookie", "a=1; Domain=localhost; Path=/"];
    expect(browserResponseHeaders(raw, rewrite)).toEqual(["set-cookie", "a=1; Path=/"]);
  });

  it("lets an answer set as many cookies as a browser has room for", () => {
    const raw = Array.from({ length: 300 }, (_none, index) => ["Set-Cookie", `a${index}=1`]).flat();
    expect(browserResponseHeaders(raw, rewrite)).toEqual(raw.slice(0, 100));
  });

  it.each<[string, string | null]>([
    ['"cookies"', null],
    ['"cookies", "storage"', '"storage"'],
    ['"*"', '"cache", "storage", "executionContexts"'],
    ['"cache"', '"cache"'],
  ])("Clear-Site-Data %s becomes %s", (value, expected) => {
    expect(passed("Clear-Site-Data", value)).toEqual(expected === null ? [] : ["Clear-Site-Data", expected]);
  });

  it("drops what belongs to the hop or speaks for our port", () => {
    const raw = ["Connection", "close, X-Hop", "X-Hop", "1", "Keep-Alive", "timeout=5", "Upgrade", "h2"];
    expect(browserResponseHeaders(raw, rewrite)).toEqual([]);
    expect(passed("Alt-Svc", 'h3=":6443"')).toEqual([]);
    expect(passed("Trailer", "X-Sum")).toEqual([]);
  });

  it("does not pass a length beside chunks", () => {
    const raw = ["Content-Length", "5", "Transfer-Encoding", "chunked"];
    expect(browserResponseHeaders(raw, { ...rewrite, chunked: true })).toEqual([]);
  });

  it("passes the rest, repeated headers and a worker's scope included", () => {
    const raw = ["X-A", "1", "X-A", "2", "Service-Worker-Allowed", "/", "WWW-Authenticate", "Basic"];
    expect(browserResponseHeaders(raw, rewrite)).toEqual(raw);
  });
});
