import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLoopback, parseProxyUrl, parseServer, requestPath } from "./server-url.ts";

describe("parseServer", () => {
  it.each([
    ["https://kube:6443", "https://kube:6443/"],
    ["https://rancher/k8s/clusters/c-1/", "https://rancher/k8s/clusters/c-1"],
    ["https://rancher//k8s//c-1//", "https://rancher/k8s/c-1"],
    ["https://[::1]:6443?x=1#y", "https://[::1]:6443/"],
    ["kube:6443", "http://kube:6443/"],
    ["127.0.0.1:8001", "http://127.0.0.1:8001/"],
  ])("reads %s", (server, href) => {
    expect(parseServer(server).url.href).toBe(href);
  });

  it("takes user and password out of the address", () => {
    const { url, userinfo } = parseServer("https://ann:p%40ss@kube");
    expect(url.href).toBe("https://kube/");
    expect(userinfo).toEqual({ username: "ann", password: "p@ss" });
  });

  it.each([
    ...["ftp://kube", "https://", "https://a:1:2", "https://u:hunter2@:x", "//kube", "https:///kube"],
    ...["https://kube\\k8s", "https://ku\tbe", "https://kube\n", "https://2130706433", "https://127.1"],
  ])("refuses %s", (server) => {
    expect(() => parseServer(server)).toThrow(/server address/);
    expect(() => parseServer(server)).not.toThrow(/hunter2/);
  });
});

describe("parseProxyUrl", () => {
  it.each(["ftp://p", "proxy:3128", "nonsense", "http://"])("refuses %s", (text) => {
    expect(() => parseProxyUrl(text)).toThrow(/proxy-url/);
  });
});

describe("requestPath", () => {
  const rancher = parseServer("https://rancher/k8s/clusters/c-1/").url;

  it("keeps the base path of the server", () => {
    expect(requestPath(rancher, "/api/v1/pods?watch=1")).toBe("/k8s/clusters/c-1/api/v1/pods?watch=1");
    expect(requestPath(parseServer("https://kube").url, "/version")).toBe("/version");
  });

  it.each([
    "",
    "version",
    "/../c-2/api",
    "/%2e%2e/c-2",
    "/api/./v1",
    "/a\\b",
    "/a b",
    "/a#b",
    "/a\r\nHost: x",
    "/ü",
  ])("refuses %j, which would not arrive as it was checked", (path) => {
    expect(() => requestPath(rancher, path)).toThrow(expect.objectContaining({ code: "INVALID" }));
  });

  it("sends any path either exactly below the base or not at all", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        let sent: string;
        try {
          sent = requestPath(rancher, `/${text}`);
        } catch {
          return;
        }
        const url = new URL(sent, rancher);
        expect(url.host).toBe("rancher");
        expect(url.pathname.startsWith("/k8s/clusters/c-1/")).toBe(true);
        expect(sent).toBe(`/k8s/clusters/c-1/${text}`);
      }),
      { numRuns: 2_000 },
    );
  });
});

it("knows loopback in its three forms only", () => {
  const loopback = (url: string) => isLoopback(new URL(url));
  expect(["http://localhost:1", "http://127.8.9.1", "http://[::1]:2"].map(loopback)).toEqual([
    true,
    true,
    true,
  ]);
  expect(["http://localhost.evil.test", "http://128.0.0.1", "http://127.0.0.1.nip.io"].some(loopback)).toBe(
    false,
  );
});
