import { describe, expect, it } from "vitest";
import { podRequestHeaders, type RequestRewrite } from "./request-headers.ts";

const OWN = "http://p-abc.localhost:7654";
const rewrite: RequestRewrite = {
  ownOrigin: OWN,
  podOrigin: "http://localhost:8080",
  podHost: "localhost:8080",
  appOrigin: "http://127.0.0.1:7654",
  isOwnCredential: (value) => value === "Bearer launch",
  hosted: false,
};

/** What one header becomes, without the Host that always comes first. */
function passed(name: string, value: string, others: string[] = []): string[] {
  return podRequestHeaders([name, value, ...others], rewrite).slice(2);
}

describe("podRequestHeaders", () => {
  it("puts the pod's own host first, whatever the browser sent", () => {
    const headers = podRequestHeaders(["Host", "p-abc.localhost:7654", "Accept", "*/*"], rewrite);
    expect(headers).toEqual(["Host", "localhost:8080", "Accept", "*/*"]);
  });

  it.each([
    ["Impersonate-User", "system:admin"],
    ["impersonate-group", "system:masters"],
    ["Impersonate-Extra-scopes", "all"],
    ["X-Remote-User", "root"],
    ["X-Remote-Extra-a", "b"],
    ["X-Forwarded-For", "127.0.0.1"],
    ["X-Forwarded-Host", "evil.test"],
    ["X-Forwarded-Proto", "https"],
    ["x-forwarded", "for=1"],
    ["X_Forwarded_User", "root"],
    ["X-Forwarded_User", "root"],
    ["x_remote_user", "root"],
    ["IMPERSONATE_USER", "root"],
    ["Forwarded", "for=127.0.0.1"],
    ["X-Real-IP", "127.0.0.1"],
    ["X-Original-URL", "/admin"],
    ["X-Porthole-Key", "secret"],
    ["Connection", "keep-alive"],
    ["Keep-Alive", "timeout=5"],
    ["Proxy-Connection", "keep-alive"],
    ["Proxy-Authorization", "Basic eDp5"],
    ["TE", "gzip"],
    ["Transfer-Encoding", "chunked"],
    ["Content-Length", "5"],
    ["Upgrade", "h2c"],
    ["HTTP2-Settings", "AAMAAABkAAQAAP__"],
    ["Cookie", "porthole_preview=x"],
    ["Authorization", "Bearer launch"],
    ["Referer", "http://127.0.0.1:7654/?pod=web"],
  ])("drops %s: %s", (name, value) => {
    expect(passed(name, value)).toEqual([]);
  });

  it("drops what Connection names, in any case and list form", () => {
    expect(passed("Connection", "close, X-Secret", ["x-secret", "1", "X-Kept", "2"])).toEqual([
      "X-Kept",
      "2",
    ]);
  });

  it.each([
    ["Authorization", "Bearer of-the-program"],
    ["Authorization", "Basic dXNlcjpwYXNz"],
    ["Origin", "http://elsewhere.test"],
    ["Origin", "null"],
    ["Referer", "http://p-abc.localhost:76540/"],
    ["Sec-Fetch-Site", "same-origin"],
    ["Range", "bytes=0-99"],
    ["Accept-Encoding", "gzip, br"],
    ["X-Requested-With", "XMLHttpRequest"],
    ["x-middleware-prefetch", "1"],
  ])("passes %s: %s as it is", (name, value) => {
    expect(passed(name, value)).toEqual([name, value]);
  });

  it("rewrites Origin and Referer together with Host", () => {
    expect(passed("Origin", OWN)).toEqual(["Origin", "http://localhost:8080"]);
    expect(passed("Referer", `${OWN}/a?b=1`)).toEqual(["Referer", "http://localhost:8080/a?b=1"]);
  });

  it("keeps order, spelling and repeated headers", () => {
    const raw = ["X-A", "1", "x-b", "2", "X-A", "3"];
    expect(podRequestHeaders(raw, rewrite).slice(2)).toEqual(raw);
  });

  it("promises trailers when the browser takes them", () => {
    expect(passed("TE", "trailers, deflate;q=0.5")).toEqual(["TE", "trailers"]);
  });
});
