import { describe, expect, it } from "vitest";
import { configText, load, writeConfig } from "../testing/kubeconfig.ts";

const SERVER = "https://kube.example:6443";

async function proxyOf(cluster: Record<string, unknown>, env: Record<string, string> = {}) {
  const kubeconfig = writeConfig(configText({ here: { cluster: { server: SERVER, ...cluster } } }, "here"));
  return (await load({ kubeconfig }, env)).get("here")?.proxy;
}

describe("what a context tells of the forward proxy", () => {
  it("is its address and where it is named, never its password", async () => {
    expect(await proxyOf({ "proxy-url": "http://user:s3cret@proxy.example:3128" })).toEqual({
      url: "http://proxy.example:3128",
      from: "kubeconfig",
    });
    expect(await proxyOf({}, { HTTPS_PROXY: "socks5://user:s3cret@proxy.example" })).toEqual({
      url: "socks5://proxy.example:1080",
      from: "environment",
    });
  });

  it("is nothing where there is none, or where NO_PROXY leaves it out", async () => {
    expect(await proxyOf({})).toBeUndefined();
    const env = { HTTPS_PROXY: "http://proxy.example:3128", NO_PROXY: ".example" };
    expect(await proxyOf({}, env)).toBeUndefined();
  });
});
