import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { UserCredential } from "../credential/credentials.ts";
import { ExecPlugin } from "../credential/exec-plugin.ts";
import { WatchedFile } from "../credential/watched-file.ts";
import { answerJson, startApiServer } from "../testing/api-server.ts";
import { hasOpenssl, NO_OPENSSL, TestAuthority } from "../testing/certificates.ts";
import { clusterFor, contextFor, failureOf, fixed, get } from "../testing/cluster.ts";
import { tempDir, V1, writePlugin } from "../testing/plugin.ts";

const authority = hasOpenssl ? new TestAuthority() : null;
afterAll(() => authority?.dispose());

describe.skipIf(!hasOpenssl)(`ApiCluster over TLS (${NO_OPENSSL})`, () => {
  const ca = authority?.ca ?? "";
  const issue = (names: string, options = {}) => (authority as TestAuthority).issue(names, options);
  const serve = (names: string, options = {}, mutual = false) =>
    startApiServer(({ client }, response) => answerJson(response, 200, { client: client ?? null }), {
      ...issue(names, options),
      ca,
      requestCert: mutual,
      rejectUnauthorized: mutual,
    });

  it("trusts the cluster's CA for addresses and names", async () => {
    const server = await serve("IP:127.0.0.1,DNS:localhost");
    await clusterFor(server.url, { tls: { ca: fixed(ca) } }).json(get("/"));
    await clusterFor(`https://localhost:${server.port}`, { tls: { ca: fixed(ca) } }).json(get("/"));
  });

  it("trusts a single certificate that is no authority, as kubectl does", async () => {
    const pair = issue("IP:127.0.0.1");
    const server = await startApiServer((_request, response) => answerJson(response, 200, {}), pair);
    await clusterFor(server.url, { tls: { ca: fixed(pair.cert) } }).json(get("/"));
    const other = clusterFor(server.url, { tls: { ca: fixed(issue("IP:127.0.0.1").cert) } });
    expect((await failureOf(other.json(get("/")))).message).toContain("not trusted");
  });

  it("refuses an authority that it does not know, a wrong name and an expired certificate, each in words", async () => {
    const server = await serve("IP:127.0.0.1");
    const stranger = await failureOf(clusterFor(server.url).request(get("/")));
    expect(stranger.message).toContain("an authority that is not trusted");
    const named = await serve("DNS:kube.test");
    const wrong = await failureOf(clusterFor(named.url, { tls: { ca: fixed(ca) } }).request(get("/")));
    expect(wrong.message).toContain("for another name (it names DNS:kube.test)");
    const old = await serve("IP:127.0.0.1", { days: -1 });
    const expired = await failureOf(clusterFor(old.url, { tls: { ca: fixed(ca) } }).request(get("/")));
    expect(expired.message).toContain("has expired");
  });

  it("takes tls-server-name for the host, and skips everything with insecure", async () => {
    const server = await serve("DNS:kube.test");
    await clusterFor(server.url, { tls: { ca: fixed(ca), serverName: "kube.test" } }).json(get("/"));
    await clusterFor(server.url, { tls: { insecure: true } }).json(get("/"));
    const other = clusterFor(server.url, { tls: { ca: fixed(ca), serverName: "other.test" } });
    expect((await failureOf(other.request(get("/")))).message).toContain("for another name");
  });

  it("negotiates HTTP/1.1 only, for requests and for upgrades", async () => {
    const server = await serve("IP:127.0.0.1");
    const { tls } = await clusterFor(server.url, { tls: { ca: fixed(ca) } }).connection();
    expect(tls.ALPNProtocols).toEqual(["http/1.1"]);
    expect(tls.rejectUnauthorized).toBe(true);
  });

  it("shows a client certificate, and a new one on new connections once the files are replaced", async () => {
    const server = await serve("IP:127.0.0.1", {}, true);
    const dir = tempDir();
    const files = { cert: join(dir, "c.crt"), key: join(dir, "c.key") };
    const put = (subject: string) => {
      const pair = issue("DNS:client", { subject });
      for (const part of ["cert", "key"] as const) {
        writeFileSync(`${files[part]}.new`, pair[part]);
        renameSync(`${files[part]}.new`, files[part]);
      }
    };
    put("/CN=ann");
    const certificate = { cert: new WatchedFile(files.cert, "c"), key: new WatchedFile(files.key, "k") };
    const cluster = clusterFor(server.url, {
      tls: { ca: fixed(ca) },
      credential: new UserCredential({ certificate }),
    });
    expect(await cluster.json(get("/"))).toEqual({ client: "ann" });
    expect(await cluster.json(get("/"))).toEqual({ client: "ann" });
    put("/CN=bob");
    expect(await cluster.json(get("/"))).toEqual({ client: "bob" });
    expect(server.connections()).toBe(2);
    await vi.waitFor(() => expect(server.open()).toBe(1));
  });

  it("shows each person's own certificate, and none for who has none", async () => {
    const server = await startApiServer(
      ({ client }, response) => answerJson(response, 200, { client: client ?? null }),
      { ...issue("IP:127.0.0.1"), ca, requestCert: true, rejectUnauthorized: false },
    );
    const certificateOf = (user: string) => {
      const { cert, key } = issue("DNS:client", { subject: `/CN=${user}` });
      return { cert: fixed(cert), key: fixed(key) };
    };
    const context = contextFor(server.url, {
      tls: { ca: fixed(ca) },
      actAs: ({ user }) => ({
        credential: new UserCredential(
          user === "token" ? { token: "t" } : { certificate: certificateOf(user) },
        ),
      }),
    });
    for (const user of ["ann", "token", "bob", "ann", "token", "bob"]) {
      const client = user === "token" ? null : user;
      expect(await context.as({ user, groups: [] }).json(get("/"))).toEqual({ client });
    }
    expect(server.connections()).toBe(3);
  });

  it("uses the certificate that a plugin returns", async () => {
    const server = await serve("IP:127.0.0.1", {}, true);
    const { cert, key } = issue("DNS:client", { subject: "/CN=plugin" });
    const status = JSON.stringify({ clientCertificateData: cert, clientKeyData: key });
    const { command } = writePlugin(tempDir(), `answer(${status})`);
    const plugin = new ExecPlugin({ command, args: [], env: [], apiVersion: V1 }, process.env);
    const cluster = clusterFor(server.url, {
      tls: { ca: fixed(ca) },
      credential: new UserCredential({ plugin }),
    });
    expect(await cluster.json(get("/"))).toEqual({ client: "plugin" });
  });

  it("says when the authority's file holds no certificate", async () => {
    const cluster = clusterFor("https://127.0.0.1:1", { tls: { ca: fixed("no PEM") } });
    expect((await failureOf(cluster.request(get("/")))).message).toContain("holds no certificate");
  });

  it("says when a certificate is missing or cannot be used", async () => {
    const server = await serve("IP:127.0.0.1", {}, true);
    const none = await failureOf(clusterFor(server.url, { tls: { ca: fixed(ca) } }).request(get("/")));
    expect(none).toMatchObject({ code: "UNREACHABLE" });
    const certificate = { cert: fixed("no PEM"), key: fixed("no PEM either") };
    const bad = clusterFor(server.url, {
      tls: { ca: fixed(ca) },
      credential: new UserCredential({ certificate }),
    });
    expect(await failureOf(bad.request(get("/")))).toMatchObject({ code: "CREDENTIAL" });
  });
});
