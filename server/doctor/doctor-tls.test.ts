import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasOpenssl, TestAuthority } from "#server/kube/testing/certificates.ts";
import { fixed } from "#server/kube/testing/cluster.ts";
import { startConnectProxy, startSocks5Proxy } from "#server/kube/testing/proxies.ts";
import { startApiServer } from "./api-server.fixture.ts";
import { clusterAt, examine, type Findings } from "./examine.fixture.ts";
import { CONFIGURATIONS } from "./ready-configurations.ts";

// Makes its certificates with the openssl command.
const describeWithOpenssl = hasOpenssl ? describe : describe.skip;

let authority: TestAuthority;
beforeAll(() => {
  if (hasOpenssl) authority = new TestAuthority();
});
afterAll(() => authority?.dispose());

describeWithOpenssl("the certificate", () => {
  async function examineCertificate(
    { names = "DNS:kube.test,IP:127.0.0.1", days = 90, trusted = true, insecure = false } = {},
    proxy?: URL,
  ): Promise<Findings> {
    const server = await startApiServer({ tls: authority.issue(names, { subject: "/CN=kube.test", days }) });
    const tls = insecure ? { insecure } : { ca: fixed(trusted ? authority.ca : OTHER_AUTHORITY.ca) };
    return await examine(clusterAt(server.url, { tls, ...(proxy ? { proxy } : {}) }));
  }
  const OTHER_AUTHORITY = hasOpenssl ? new TestAuthority() : { ca: "", dispose() {} };
  afterAll(() => OTHER_AUTHORITY.dispose());

  it("that is good: chain, names and end are told", async () => {
    const { of } = await examineCertificate();
    expect(of("tls").result).toBe("ok");
    expect(of("tls").found).toMatch(
      /^TLSv1\.\d in \d+ ms\. Chain kube\.test ← test CA; names kube\.test, 127\.0\.0\.1; valid until 20/,
    );
    expect(of("verdict").result).toBe("ok");
  });

  it("for another name: says which, and that tls-server-name would help", async () => {
    const { of, results } = await examineCertificate({ names: "DNS:other.test" });
    expect(of("tls")).toMatchObject({ result: "failed" });
    expect(of("tls").found).toContain("is for another name (it names DNS:other.test)");
    expect(of("tls").change).toContain("tls-server-name");
    expect(results.version).toBe("skipped");
  });

  it("of an authority that is not trusted: shows the issuer, since it may be a proxy's", async () => {
    const { of } = await examineCertificate({ trusted: false });
    expect(of("tls")).toMatchObject({ result: "failed" });
    expect(of("tls").found).toContain("signed by an authority that is not trusted");
    expect(of("tls").found).toContain("test CA");
  });

  it("that has ended, or is not looked at", async () => {
    const ended = await examineCertificate({ days: -1 });
    expect(ended.of("tls")).toMatchObject({ result: "failed" });
    expect(ended.of("tls").found).toContain("has expired");
    const insecure = await examineCertificate({ names: "DNS:other.test", insecure: true });
    expect(insecure.of("tls").found).toContain("not verified: insecure-skip-tls-verify");
  });

  it("where there is no TLS", async () => {
    const plain = await startApiServer();
    const cluster = clusterAt(plain.url.replace("http:", "https:"), { tls: { ca: fixed(authority.ca) } });
    const { of } = await examine(cluster);
    expect(of("tls")).toMatchObject({ result: "failed" });
    expect(of("tls").found).toContain("does not answer with TLS");
  });

  it("is not sent a credential before it is known to be good", async () => {
    const server = await startApiServer({ tls: authority.issue("DNS:other.test") });
    let requests = 0;
    server.server.on("request", () => {
      requests += 1;
    });
    await examine(clusterAt(server.url, { tls: { ca: fixed(authority.ca) } }));
    expect(requests).toBe(0);
  });

  it("is looked at through the forward proxy as well", async () => {
    const { port } = await startConnectProxy();
    const { of, results } = await examineCertificate({}, new URL(`http://127.0.0.1:${port}`));
    expect(of("proxy").found).toMatch(/^http:\/\/127\.0\.0\.1:\d+ \(proxy-url in the kubeconfig\) connects/);
    expect(of("tls").found).toContain("Chain kube.test ← test CA");
    expect(results).toMatchObject({ "exec-websocket": "ok", "exec-spdy": "ok", tunnel: "ok", verdict: "ok" });
    const wrong = await examineCertificate({ names: "DNS:x.test" }, new URL(`http://127.0.0.1:${port}`));
    expect(wrong.results).toMatchObject({ proxy: "ok", tls: "failed" });
  });
});

describe("a forward proxy", () => {
  async function examineProxy(proxy: string): Promise<Findings> {
    const server = await startApiServer();
    return await examine(clusterAt(server.url, { proxy: new URL(proxy) }));
  }

  it("that carries everything is named and all is well", async () => {
    const { port } = await startSocks5Proxy();
    const { of, results } = await examineProxy(`socks5://127.0.0.1:${port}`);
    expect(of("proxy").found).toContain(`socks5://127.0.0.1:${port} (proxy-url in the kubeconfig) connects`);
    expect(results).toMatchObject({ "exec-websocket": "ok", "portforward-spdy": "ok", verdict: "ok" });
  });

  it.each([
    [403, "Allow CONNECT to 127.0.0.1"],
    [407, "Put user and password"],
    [502, "Let the proxy reach 127.0.0.1"],
  ])("that answers %i to CONNECT: says what to change", async (refuseWith, change) => {
    const { port } = await startConnectProxy({ refuseWith });
    const { of, results } = await examineProxy(`http://127.0.0.1:${port}`);
    expect(of("proxy")).toMatchObject({ result: "failed", configuration: CONFIGURATIONS.forward });
    expect(of("proxy").change).toContain(change);
    expect(of("proxy").hop).toMatch(/^the proxy .* → the API server/);
    expect(results).toMatchObject({ dns: "ok", tcp: "ok", tls: "skipped", verdict: "failed" });
  });

  it("that wants a password never has it shown", async () => {
    const { port } = await startConnectProxy({ credentials: "user:right-password" });
    const findings = await examineProxy(`http://user:wrong-password@127.0.0.1:${port}`);
    expect(findings.of("proxy").result).toBe("failed");
    expect(JSON.stringify(findings.all)).not.toContain("wrong-password");
  });

  it("that is not there is told apart from the API server", async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
    const { port } = gone.address() as { port: number };
    await new Promise((resolve) => gone.close(resolve));
    const { of } = await examineProxy(`http://127.0.0.1:${port}`);
    expect(of("tcp")).toMatchObject({ result: "failed", hop: `this machine → the proxy 127.0.0.1:${port}` });
    expect(of("tcp").change).toContain("Check that the proxy runs");
  });
});
