/** What leaves the whole server about kubeconfigs whose addresses hold passwords: answers of the API, findings, logs. */
import fc from "fast-check";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { readConfig } from "#server/config/config.ts";
import { closedPort } from "#server/kube/testing/api-server.ts";
import { configText, type Fields, writeConfig } from "#server/kube/testing/kubeconfig.ts";
import { holds, secretAddress } from "#server/kube/testing/secret-address.ts";
import { createLogger } from "./log.ts";
import { startPorthole } from "./porthole.ts";

const CONTEXTS = 16;
const TOKEN = "launch-token-of-the-test-0123456789";
const QUICK = { "insecure-skip-tls-verify": true };
const writeToStderr = process.stderr.write;

afterAll(() => {
  process.stderr.write = writeToStderr;
});

describe("a password in an address", () => {
  it.each(["proxy-url", "server"])(
    "of %s is in no answer, no finding of the doctor and no log",
    async (field) => {
      const samples = fc.sample(secretAddress(await closedPort()), CONTEXTS);
      const contexts: Record<string, { cluster: Fields }> = {};
      for (const [index, { address }] of samples.entries()) {
        contexts[`c${index}`] = { cluster: { server: "https://127.0.0.1:1", ...QUICK, [field]: address } };
      }
      let seen = "";
      process.stderr.write = (line: string | Uint8Array) => {
        seen += line;
        return true;
      };
      const flags = [
        "--port",
        "0",
        "--no-open",
        "--kubeconfig",
        writeConfig(configText(contexts)),
        "--token",
        TOKEN,
      ];
      const porthole = await startPorthole(await readConfig(flags, {}), {}, createLogger("json", "trace"));
      onTestFinished(() => porthole.close(0));
      const ask = async (path: string, body?: unknown) => {
        const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
        const method = body ? "POST" : "GET";
        const answer = await fetch(`http://127.0.0.1:${porthole.port}${path}`, {
          method,
          headers,
          ...(body ? { body: JSON.stringify(body) } : {}),
        });
        seen += await answer.text();
      };
      await ask("/api/clusters");
      for (const cluster of Object.keys(contexts)) {
        const place = { cluster, namespace: "default" };
        await ask(`/api/clusters/${cluster}/health`);
        await ask(`/api/clusters/${cluster}/access`);
        await ask(`/clusters/${cluster}/api/v1/namespaces/default/pods`);
        await ask("/api/doctor", { ...place, idleSeconds: 0 });
        await ask("/api/sessions", { ...place, pod: "web", cols: 80, rows: 24 });
      }
      await ask("/api/streams");
      expect(seen.length).toBeGreaterThan(CONTEXTS * 1_000);
      for (const one of samples) expect(holds(seen, one), one.address).toEqual([]);
    },
  );
});
