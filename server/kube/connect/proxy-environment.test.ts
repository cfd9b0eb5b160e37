import { describe, expect, it } from "vitest";
import { proxyFromEnvironment } from "./proxy-environment.ts";

const PROXY = "http://proxy.test:3128";

function proxied(server: string, noProxy: string): boolean {
  return (
    proxyFromEnvironment(new URL(server), { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY, NO_PROXY: noProxy }) !==
    null
  );
}

describe("proxyFromEnvironment", () => {
  it("chooses the variable by the scheme, upper case first, and adds a missing scheme", () => {
    const env = { HTTPS_PROXY: "one:1", https_proxy: "two:2", http_proxy: "socks5://three:3" };
    expect(proxyFromEnvironment(new URL("https://kube"), env)?.href).toBe("http://one:1/");
    expect(proxyFromEnvironment(new URL("http://kube"), env)?.href).toBe("socks5://three:3");
    expect(proxyFromEnvironment(new URL("https://kube"), {})).toBeNull();
    expect(proxyFromEnvironment(new URL("http://kube"), { ...env, REQUEST_METHOD: "GET" })).toBeNull();
  });

  it("calls a bad one by the name of its variable", () => {
    const from = (env: Record<string, string>) => () => proxyFromEnvironment(new URL("https://kube"), env);
    expect(from({ HTTPS_PROXY: "http://%zz" })).toThrow("the proxy in HTTPS_PROXY");
    expect(from({ https_proxy: "ftp://proxy" })).toThrow("the proxy in https_proxy");
  });

  // The table of golang.org/x/net/http/httpproxy, which kubectl uses.
  it.each([
    ["https://localhost:6443", "", false],
    ["https://127.0.0.1:6443", "", false],
    ["https://127.5.0.1", "", false],
    ["https://[::1]:6443", "", false],
    ["https://kube.test", "", true],
    ["https://kube.test", "*", false],
    ["https://kube.test", "kube.test", false],
    ["https://a.kube.test", "kube.test", false],
    ["https://notkube.test", "kube.test", true],
    ["https://kube.test", ".kube.test", true],
    ["https://a.kube.test", ".kube.test", false],
    ["https://a.kube.test", "*.kube.test", false],
    ["https://KUBE.test", " other.test , Kube.TEST ", false],
    ["https://kube.test:6443", "kube.test:6443", false],
    ["https://kube.test:6443", "kube.test:443", true],
    ["https://kube.test", "kube.test:443", false],
    ["https://10.1.2.3", "10.0.0.0/8", false],
    ["https://11.1.2.3", "10.0.0.0/8", true],
    ["https://kube.test", "0.0.0.0/0", true],
    ["https://10.1.2.3:6443", "10.1.2.3", false],
    ["https://10.1.2.3:6443", "10.1.2.3:443", true],
    ["https://10.1.2.30", "10.1.2.3", true],
    ["https://[fd00::1]:6443", "fd00::/8", false],
    ["https://[fd00::1]:6443", "[fd00::1]:6443", false],
    ["https://[fd00::1]:6443", "fd00::1", false],
    ["https://kube.test", ", ,/,[,10.0.0.0/99,:443", true],
  ])("%s with NO_PROXY=%j: proxied %s", (server, noProxy, expected) => {
    expect(proxied(server, noProxy)).toBe(expected);
  });
});
