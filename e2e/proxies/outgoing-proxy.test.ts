/**
 * The API server behind a company's proxy, named in the kubeconfig or in the environment: requests, watches, exec over
 * both wires and forwards all go through it, and nothing goes around it.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ROOT } from "../../scripts/run-step.mjs";
import { PortholeProcess } from "../porthole-process.ts";
import { ExecClient } from "../reference/exec-client.ts";
import {
  type ReferenceCluster,
  startReferenceCluster,
  temporaryFolder,
} from "../reference/reference-cluster.ts";
import { makeCertificate, type TestCertificate } from "../reference/test-certificate.ts";
import { runProgram } from "../run-program.ts";
import { type OpenExec, proveEndings, proveLoss, proveTransfers, sha256 } from "./exec-proofs.ts";
import { type OutgoingProxy, startConnectProxy, startSocksProxy } from "./outgoing-proxy.ts";
import { LARGE_BYTES, type PodWeb, startPodWeb } from "./pod-web.ts";

/** Only the proxy finds it: loopback addresses never go through one. */
const HOST = "kube.test";
const LOGIN = { user: "porthole", password: "s3cret-of-the-proxy" };

type Named = "proxy-url" | "HTTPS_PROXY";

const WAYS: [string, Named, (certificate: TestCertificate) => Promise<OutgoingProxy>][] = [
  ["an http proxy with a password in the kubeconfig", "proxy-url", () => startConnectProxy(LOGIN)],
  ["a socks5 proxy in the kubeconfig", "proxy-url", () => startSocksProxy()],
  ["an https proxy with a password in HTTPS_PROXY", "HTTPS_PROXY", (tls) => startConnectProxy(LOGIN, tls)],
  ["a socks5 proxy with a password in HTTPS_PROXY", "HTTPS_PROXY", () => startSocksProxy(LOGIN)],
];

describe.each(WAYS)("%s", (_, named, startProxy) => {
  const folder = temporaryFolder();
  const kubeconfig = join(folder.path, "kubeconfig");
  let cluster: ReferenceCluster;
  let proxy: OutgoingProxy;
  let porthole: PortholeProcess;
  let web: PodWeb;
  let target: string;

  beforeAll(async () => {
    cluster = await startReferenceCluster("phase1");
    const certificate = makeCertificate(folder.path);
    proxy = await startProxy(certificate);
    web = await startPodWeb();
    // An https proxy is verified like the API server: its authority stands beside the cluster's.
    const original = readFileSync(cluster.kubeconfig, "utf8").replace(
      /(?<=certificate-authority-data: )[\w+/=]+/,
      (data) => Buffer.from(atob(data) + readFileSync(certificate.cert, "utf8")).toString("base64"),
    );
    const [address = "", port] = /127\.0\.0\.1:(\d+)/.exec(original) ?? [];
    target = `${HOST}:${port}`;
    const more = named === "proxy-url" ? `, proxy-url: "${proxy.url}"` : "";
    // kube.test is not among the certificate's names.
    const entry = `server: "https://${target}", tls-server-name: localhost${more}`;
    await writeFile(kubeconfig, original.replace(`server: "https://${address}"`, entry));
    if (named === "HTTPS_PROXY") vi.stubEnv("HTTPS_PROXY", proxy.url);
    porthole = await PortholeProcess.start(["--kubeconfig", kubeconfig]);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await porthole?.stop();
    await web?.stop();
    await proxy?.stop();
    await cluster?.stop();
    folder.remove();
  });

  function exec(command: string[], context: string): Promise<ExecClient> {
    const query = new URLSearchParams({ container: "main", stdin: "true", stdout: "true", stderr: "true" });
    for (const argument of command) query.append("command", argument);
    const path = `/clusters/${context}/api/v1/namespaces/default/pods/shell/exec?${query}`;
    return ExecClient.open(`${porthole.origin.replace(/^http/, "ws")}${path}`, { token: porthole.token });
  }

  it("carries requests", async () => {
    const list = await porthole.api<{ items: unknown[] }>("GET", "/clusters/ref/api/v1/pods");
    expect(list.items.length).toBeGreaterThan(0);
    expect(proxy.targets).toContain(target);
  });

  it("carries a watch, event by event", async () => {
    const stop = new AbortController();
    const response = await fetch(`${porthole.origin}/clusters/ref/api/v1/pods?watch=true`, {
      headers: { authorization: `Bearer ${porthole.token}` },
      signal: stop.signal,
    });
    const { value } = (await response.body?.getReader().read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toContain('"ADDED"');
    stop.abort();
  });

  it.each([
    ["WebSocket", "ref", "websocket"],
    // Its role lacks get, so the WebSocket's GET is refused and SPDY's POST is not.
    ["SPDY", "ref-creator", "spdy"],
  ])("carries exec over %s: every byte, every ending", async (_wire, context, transport) => {
    const before = proxy.targets.length;
    const open: OpenExec = (command) => exec(command, context);
    await proveTransfers(open);
    await proveEndings(open);
    const { streams } = await porthole.api<{ streams: { cluster: string; transport: string }[] }>(
      "GET",
      "/api/streams",
    );
    expect(streams.find((stream) => stream.cluster === context)?.transport).toBe(transport);
    expect(proxy.targets.length).toBeGreaterThan(before);
  });

  it("carries a forward", async () => {
    const { local } = await porthole.api<{ local: string }>("POST", "/api/forwards", {
      ...{ cluster: "ref", namespace: "default", kind: "Pod", name: "web", port: web.port, listen: true },
    });
    const body = randomBytes(LARGE_BYTES);
    const post = async (path: string) =>
      Buffer.from(await (await fetch(`http://${local}${path}`, { method: "POST", body })).arrayBuffer());
    expect((await post("/")).toString()).toBe(sha256(body));
    expect(sha256(await post("/large"))).toBe(sha256(Buffer.alloc(LARGE_BYTES, "x")));
    expect(sha256(await post("/echo"))).toBe(sha256(body));
  });

  it("is named by the doctor, without its password", async () => {
    const doctor = [process.execPath, join(ROOT, "scripts", "doctor.mjs")];
    const { code, stdout } = await runProgram([...doctor, "--kubeconfig", kubeconfig, "--idle", "0"]);
    const shown = new URL(proxy.url);
    const source = named === "proxy-url" ? "proxy-url in the kubeconfig" : "HTTPS_PROXY in the environment";
    expect(stdout).toContain(
      `${shown.protocol}//${shown.host} (${source}) connects to the API server ${target}`,
    );
    expect(stdout).toContain("All is well.");
    expect(stdout).not.toContain(LOGIN.password);
    expect(code).toBe(0);
  });

  it("is asked for the API server alone, by its name", () => {
    expect(new Set(proxy.targets)).toEqual(new Set([target]));
  });

  it("that goes away in the middle of a command is never its end", async () => {
    await proveLoss(
      (command) => exec(command, "ref"),
      () => proxy.stop(),
    );
  });
});
