/** A real kubectl through a Porthole that is told to stop: it fails, and says why (docs/threats.md C6). */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findKubectl, KubectlRuns, makeCertificate } from "#server/demo/kubectl.fixture.ts";
import { until } from "#server/testing/loopback.ts";
import { Edge } from "./edge.fixture.ts";

const DRAIN_MS = 1_000;
const GRACE_MS = 1_500;
const COMMANDS = {
  exec: "exec shell -c main -- sh -c 'while :; do echo beat; sleep 0.1; done'",
  tty: "exec -it shell -c main -- sh -c 'while :; do echo beat; sleep 0.1; done'",
  spdy: "exec shell -c main -- sh -c 'while :; do echo beat; sleep 0.1; done'",
  attach: "attach shell -c main",
  logs: "logs -f shell -c main",
  get: "get pods --watch",
  "port-forward": "port-forward pod/web :8080",
};
const kubectl = findKubectl();

describe.skipIf(!kubectl)("a kubectl whose Porthole is told to stop", () => {
  let runs: KubectlRuns;
  const started: Record<string, ReturnType<KubectlRuns["start"]>> = {};
  let openStreams = -1;

  beforeAll(async () => {
    runs = new KubectlRuns(kubectl!, 60_000);
    const { certFile, keyFile } = makeCertificate(runs.folder);
    const edge = await Edge.start(["--tls-cert", certFile, "--tls-key", keyFile]);
    const server = `--server https://127.0.0.1:${edge.port}/clusters/demo`;
    const flags = `${server} --certificate-authority ${certFile} --token ${edge.token} -n default`;
    for (const [name, args] of Object.entries(COMMANDS)) {
      const env: Record<string, string> =
        name === "spdy" ? { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: "false" } : {};
      started[name] = runs.start(`${flags} ${args}`, { env });
    }
    for (const [name, run] of Object.entries(started))
      await until(`output of kubectl ${name}`, () => run.seen.stdout !== "", 20_000);
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(started["port-forward"]!.seen.stdout)![1]);
    let bytes = 0;
    const socket = connect(port, "127.0.0.1", () =>
      socket.write("GET /events HTTP/1.1\r\nHost: web\r\n\r\n"),
    );
    socket
      .on("error", () => {})
      .on("data", (piece) => {
        bytes += piece.byteLength;
      });
    await until("the forwarded connection to bring something", () => bytes > 0);
    await edge.drain({ atMostMs: DRAIN_MS, atLeastMs: 0 });
    await edge.close(GRACE_MS);
    ({ openStreams } = edge.demo);
  }, 60_000);

  afterAll(async () => {
    await Promise.all(Object.values(started).map((run) => run.stop()));
    runs.close();
  });

  it.each(["exec", "tty", "spdy", "attach"])("%s fails with a sentence", async (name) => {
    const { code, stderr } = await started[name]!.ended;
    expect(stderr).toMatch(/Porthole was stopped/);
    expect(code).toBe(1);
  });

  it("get --watch prints what an API server would have said", async () => {
    const { stdout, stderr } = await started.get!.ended;
    expect(stdout + stderr).toMatch(/Porthole was stopped/);
  });

  it("logs -f fails: the log was cut and is not over", async () => {
    const { code, stderr } = await started.logs!.ended;
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/EOF/) });
  });

  it("port-forward fails", async () => {
    const { code, stderr } = await started["port-forward"]!.ended;
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/lost connection to pod/) });
  });

  it("nothing is left in the containers", () => {
    expect(openStreams).toBe(0);
  });
});
