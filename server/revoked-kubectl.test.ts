/** A real kubectl through Porthole whose role is taken away: what it does, and what it says of it (docs/threats.md A17). */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findKubectl, KubectlRuns, makeCertificate } from "#server/demo/kubectl.fixture.ts";
import { until } from "#server/testing/loopback.ts";
import { Edge } from "./edge.fixture.ts";

const BOUND_MS = 15_000;
const kubectl = findKubectl();

describe.skipIf(!kubectl)("a kubectl whose role is taken away", () => {
  let edge: Edge;
  let runs: KubectlRuns;
  let changedAt: number;
  const started: Record<string, ReturnType<KubectlRuns["start"]> & { endedAt: number | null }> = {};
  let forwarded: { endedAt: number | null };

  beforeAll(async () => {
    runs = new KubectlRuns(kubectl!, 60_000);
    const { certFile, keyFile } = makeCertificate(runs.folder);
    edge = await Edge.start(["--tls-cert", certFile, "--tls-key", keyFile]);
    const server = `--server https://127.0.0.1:${edge.port}/clusters/demo`;
    const flags = `${server} --certificate-authority ${certFile} --token ${edge.token} -n default`;
    const start = (name: string, args: string) => {
      const run = { ...runs.start(`${flags} ${args}`), endedAt: null as number | null };
      void run.ended.then(() => {
        run.endedAt = performance.now();
      });
      started[name] = run;
    };
    start(
      "exec",
      "exec shell -c main -- sh -c 'while :; do date +%s%N > /tmp/kubectl; echo beat; sleep 0.1; done'",
    );
    start("attach", "attach shell -c main");
    start("logs", "logs -f shell -c main");
    start("get", "get pods --watch");
    start("port-forward", "port-forward pod/web :8080");
    for (const [name, run] of Object.entries(started))
      await until(`output of kubectl ${name}`, () => run.seen.stdout !== "", 20_000);
    const port = /127\.0\.0\.1:(\d+)/.exec(started["port-forward"]!.seen.stdout)![1];
    forwarded = await open(Number(port));
    edge.demo.roles.takeAll("admin");
    changedAt = performance.now();
  }, 60_000);

  afterAll(async () => {
    await Promise.all(Object.values(started).map((run) => run.stop()));
    await edge.close();
    runs.close();
  });

  async function open(port: number) {
    const seen = { endedAt: null as number | null, bytes: 0 };
    const socket = connect(port, "127.0.0.1", () =>
      socket.write("GET /events HTTP/1.1\r\nHost: web\r\n\r\n"),
    );
    socket.on("data", (piece) => {
      seen.bytes += piece.byteLength;
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      seen.endedAt = performance.now();
    });
    await until("the forwarded connection to bring something", () => seen.bytes > 0);
    return seen;
  }

  async function ended(name: string) {
    const run = started[name]!;
    await until("its end", () => run.endedAt !== null, BOUND_MS + 3_000);
    expect(run.endedAt! - changedAt).toBeLessThan(BOUND_MS);
    return await run.ended;
  }

  it.each(["exec", "attach"])("kubectl %s ends, fails, and says which right was taken away", async (name) => {
    const { code, stderr } = await ended(name);
    expect(stderr).toContain(`error: the right to create pods/${name} in default was taken away`);
    expect(code).toBe(1);
  });

  it("kubectl get --watch ends, and prints what the API server would have said", async () => {
    const { stdout } = await ended("get");
    expect(stdout).toMatch(/^Failure +Forbidden +the right to watch pods in default was taken away/m);
  });

  it("kubectl logs ends", async () => {
    await ended("logs");
  });

  it("kubectl port-forward's connection ends", async () => {
    await until("its end", () => forwarded.endedAt !== null, BOUND_MS + 3_000);
    expect(forwarded.endedAt! - changedAt).toBeLessThan(BOUND_MS);
  });

  it("and the API server has none of their streams", async () => {
    await until("the streams to be gone", () => edge.demo.openStreams === 0, BOUND_MS + 3_000);
  });
});
