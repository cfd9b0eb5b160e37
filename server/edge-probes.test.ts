/** Kubelets and balancers ask by the pod's IP, with GET or HEAD, and learn one word (docs/threats.md A3, C6). */
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificate } from "#server/demo/kubectl.fixture.ts";
import { Edge } from "./edge.fixture.ts";

let edge: Edge;
beforeAll(async () => {
  edge = await Edge.start();
});
afterAll(() => edge.close());

const PATHS = ["/healthz", "/readyz"];
const POD_HOSTS = ["10.244.1.7:7654", "10.244.1.7:1", "[fd00::7]:7654", "169.254.20.10:80"];

describe.each(PATHS)("%s", (path) => {
  it.each(POD_HOSTS)("answers GET and HEAD for %s", async (host) => {
    const got = await edge.raw(edge.get(path, host));
    expect(got.line).toBe("HTTP/1.1 200 OK");
    expect(got.all.slice(got.all.indexOf("\r\n\r\n"))).toBe("\r\n\r\nok\n");
    expect(got.all).not.toMatch(/^set-cookie|^server:/im);
    const head = await edge.raw(edge.get(path, host).replace("GET", "HEAD"));
    expect(head.line).toBe("HTTP/1.1 200 OK");
    expect(head.all).toMatch(/\r\n\r\n$/);
  });

  it("answers our own names, and HTTP/1.0 without a name", async () => {
    expect((await edge.raw(edge.get(path))).line).toContain(" 200 ");
    expect((await edge.raw(edge.get(path).replace("GET", "HEAD"))).line).toContain(" 200 ");
    expect((await edge.raw(edge.get(`${path}?verbose`, POD_HOSTS[0]))).line).toContain(" 200 ");
    expect((await edge.raw(`GET ${path} HTTP/1.0\n\n`)).line).toContain(" 200 ");
  });

  it.each(["evil.test:7654", "10.0.0.1.evil.test:80", "10.0.0.1", "10.0.0.999:80", "[::g]:1", "0x7f.1:80"])(
    "does not answer %s, which a page can be rebound to",
    async (host) => {
      expect((await edge.raw(edge.get(path, host))).line).toMatch(/ 4(00|21) /);
    },
  );

  it.each([
    ["POST", (text: string) => text.replace("GET", "POST")],
    ["a slash", (text: string) => text.replace(path, `${path}/`)],
    ["two Hosts", (text: string) => text.replace("\nConnection", "\nHost: 10.0.0.1:1\nConnection")],
  ])("is exactly this request: not with %s", async (_what, change) => {
    expect((await edge.raw(change(edge.get(path, POD_HOSTS[0])))).line).toMatch(/ 4\d\d /);
  });
});

it.each(["/", "/metrics", "/api/clusters", "/clusters/demo/api/v1/pods", "/healthz/../metrics", "//healthz"])(
  "nothing else is answered by an IP: %s",
  async (path) => {
    expect((await edge.raw(edge.get(path, POD_HOSTS[0], "Authorization: Bearer x\n"))).line).toMatch(
      / 4\d\d /,
    );
  },
);

it("metrics need the token", async () => {
  expect((await fetch(`${edge.origin}/metrics`)).status).toBe(401);
  expect((await fetch(`${edge.origin}/metrics`, { headers: edge.machine })).status).toBe(200);
});

it("below a forward's origin these paths are the pod's", async () => {
  const { line } = await edge.raw(edge.get("/healthz", `p-aaaaaaaaaaaa.localhost:${edge.port}`));
  expect(line).toContain(" 404 ");
});

it("answers over TLS as well", async () => {
  const folder = mkdtempSync(join(tmpdir(), "porthole-test-"));
  const { certFile, keyFile } = makeCertificate(folder);
  const overTls = await Edge.start(["--tls-cert", certFile, "--tls-key", keyFile]);
  const options = { host: "127.0.0.1", port: overTls.port, rejectUnauthorized: false };
  for (const path of PATHS) {
    for (const method of ["GET", "HEAD"]) {
      const asked = { ...options, path, method, headers: { host: "10.244.1.7:8443" } };
      const code = await new Promise((resolve, reject) =>
        request(asked, (answer) => answer.resume().once("end", () => resolve(answer.statusCode)))
          .once("error", reject)
          .end(),
      );
      expect(code).toBe(200);
    }
  }
  await overTls.close();
  rmSync(folder, { recursive: true });
});
