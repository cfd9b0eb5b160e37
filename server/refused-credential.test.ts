/** A token that has ended, as a real kubectl hears of it: with its end. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { failureStatus } from "#protocol/status.ts";
import { startFaultyDemoCluster } from "#server/demo/faults/faulty-demo-cluster.ts";
import { findKubectl, KubectlRuns, makeCertificate } from "#server/demo/kubectl.fixture.ts";
import { loopbackPair } from "#server/kube/testing/certificates.ts";
import { Edge } from "./edge.fixture.ts";
import { createLogger } from "./log.ts";

const LIMIT_MS = 60_000;
const ENDED = /The token in the kubeconfig expired at 1970-01-01T00:00:01Z/;
const PODS = "/api/v1/namespaces/default/pods";

let folder: string;
let server: Server;
let edge: Edge;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "porthole-test-"));
  const refuse = JSON.stringify(failureStatus(401, "Unauthorized", "Unauthorized"));
  server = createServer(loopbackPair(), (request, response) => {
    // What a kubectl asks before it asks for what it wants.
    const review = request.url?.includes("selfsubjectaccessreviews");
    response.writeHead(review ? 201 : 401, { "Content-Type": "application/json" });
    response.end(review ? '{"kind":"SelfSubjectAccessReview","status":{"allowed":true}}' : refuse);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = `e30.${Buffer.from('{"exp":1}').toString("base64url")}.sig`;
  const config = {
    ...{ apiVersion: "v1", kind: "Config", "current-context": "c" },
    clusters: [{ name: "k", cluster: { server: address, "insecure-skip-tls-verify": true } }],
    users: [{ name: "ann", user: { token } }],
    contexts: [{ name: "c", context: { cluster: "k", user: "ann" } }],
  };
  writeFileSync(join(folder, "config"), JSON.stringify(config));
  const { certFile, keyFile } = makeCertificate(folder);
  const demo = await startFaultyDemoCluster({ log: createLogger("text", "silent") });
  edge = await Edge.startWith(join(folder, "config"), demo, ["--tls-cert", certFile, "--tls-key", keyFile]);
});

afterAll(async () => {
  await edge.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const kubectl = findKubectl();

it.skipIf(!kubectl)(
  "kubectl is told when the token ended: at a list, a watch and a log",
  async () => {
    const runs = new KubectlRuns(kubectl!);
    const flags = `--server https://127.0.0.1:${edge.port}/clusters/c --certificate-authority ${join(folder, "cert.pem")} --token ${edge.token}`;
    // Of what it asks first, the kinds that there are, kubectl says nothing but that it was refused.
    const commands = [PODS, `${PODS}?watch=1`, `${PODS}/web/log?follow=true`].map(
      (path) => `get --raw ${path}`,
    );
    try {
      for (const command of commands) {
        const { code, stderr } = await runs.run(`${flags} ${command}`);
        expect(code, command).not.toBe(0);
        expect(stderr, command).toMatch(ENDED);
      }
    } finally {
      runs.close();
    }
  },
  LIMIT_MS,
);
