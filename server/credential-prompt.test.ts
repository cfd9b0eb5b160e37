/** A login through the whole server: the question before the first run, the code while it waits, the word of a person. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import type { ClusterInfo } from "#protocol/api.ts";
import type { CredentialInfo } from "#protocol/credential.ts";
import { readConfig } from "#server/config/config.ts";
import { answerJson, startApiServer } from "#server/kube/testing/api-server.ts";
import { base64, hasOpenssl, type Pair, TestAuthority } from "#server/kube/testing/certificates.ts";
import { configText, writeConfig } from "#server/kube/testing/kubeconfig.ts";
import { tempDir, V1, writePlugin } from "#server/kube/testing/plugin.ts";
import { createLogger } from "./log.ts";
import { startPorthole } from "./porthole.ts";

const TOKEN = "launch-token-of-the-test-0123456789";
const DEVICE = `const done = require("node:path").join(__dirname, "done");
process.stderr.write("To sign in, open https://login.example/device and enter ABCD-1234\\n");
setInterval(() => fs.existsSync(done) && (answer({ token: "token-of-jane" }), process.exit(0)), 20);`;

let authority: TestAuthority;
let pair: Pair;

beforeAll(() => {
  if (!hasOpenssl) return;
  authority = new TestAuthority();
  pair = authority.issue("IP:127.0.0.1");
});
afterAll(() => authority?.dispose());

async function start(body: string, flags: string[] = []) {
  const dir = tempDir();
  const { command, runs } = writePlugin(dir, body);
  const api = await startApiServer(
    (_request, response) => answerJson(response, 200, { gitVersion: "v1.36.0" }),
    pair,
  );
  const exec = { apiVersion: V1, command, interactiveMode: "Never" };
  const kubeconfig = writeConfig(
    configText(
      {
        a: {
          cluster: { server: api.url, "certificate-authority-data": base64(authority.ca) },
          user: { exec },
        },
      },
      "a",
    ),
    dir,
  );
  const env = { HOME: dir, PATH: process.env.PATH };
  const config = await readConfig(
    ["--port", "0", "--no-open", "--kubeconfig", kubeconfig, "--token", TOKEN, "--state-dir", dir, ...flags],
    {},
  );
  const porthole = await startPorthole(
    config,
    env as unknown as NodeJS.ProcessEnv,
    createLogger("text", "silent"),
  );
  onTestFinished(() => porthole.close(0));
  const ask = async (path: string, body?: unknown) => {
    const answer = await fetch(`http://127.0.0.1:${porthole.port}${path}`, {
      method: body ? "POST" : "GET",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { code: answer.status, json: (await answer.json()) as unknown };
  };
  const login = async (query = "") =>
    (await ask(`/api/clusters/a/credential${query}`)).json as CredentialInfo;
  return { dir, api, runs, ask, login };
}

describe.skipIf(!hasOpenssl)("a login plugin behind the whole server", () => {
  it("is asked about, shows its code, waits for the person, and gives its token to the request", async () => {
    const { dir, api, runs, ask, login } = await start(DEVICE);
    const { clusters } = (await ask("/api/clusters")).json as { clusters: ClusterInfo[] };
    expect(clusters[0]).toMatchObject({ name: "a", login: true });
    expect(await login()).toMatchObject({ state: "idle" });

    const refused = await ask("/clusters/a/api/v1/namespaces/default/pods");
    expect(refused).toMatchObject({
      code: 502,
      json: { kind: "Status", message: expect.stringContaining("not been allowed yet") },
    });
    const asking = await login();
    expect(asking).toMatchObject({ state: "asking", program: { args: [] } });
    expect(runs()).toBe(0);

    const news = login(`?after=${asking.version}`);
    expect(await ask("/api/clusters/a/credential", { action: "allow", hash: asking.hash })).toMatchObject({
      code: 200,
    });
    expect((await news).version).toBeGreaterThan(asking.version);
    const list = ask("/clusters/a/api/v1/namespaces/default/pods");
    await vi.waitFor(async () => expect((await login()).lines.join("")).toContain("ABCD-1234"));
    await vi.waitFor(async () => expect((await login()).waiting).toBe(1));
    expect(existsSync(join(dir, "allowed-plugins.json"))).toBe(true);
    writeFileSync(join(dir, "done"), "");
    expect((await list).code).toBe(200);
    expect(await login()).toMatchObject({ state: "idle", lines: [] });
    expect(api.seen.at(-1)?.headers.authorization).toBe("Bearer token-of-jane");
    expect(runs()).toBe(1);
  });

  it("is cancelled and tried again by a person", async () => {
    const { runs, ask, login } = await start(DEVICE, ["--credential-plugins", "allow"]);
    const list = ask("/clusters/a/api/v1/namespaces/default/pods");
    await vi.waitFor(async () => expect((await login()).state).toBe("running"));
    await vi.waitFor(() => expect(runs()).toBe(1));
    await ask("/api/clusters/a/credential", { action: "cancel" });
    expect(await list).toMatchObject({
      code: 502,
      json: { message: expect.stringContaining("was cancelled") },
    });
    for (let look = 0; look < 5; look += 1) await ask("/api/clusters/a/health");
    expect(runs()).toBe(1);
    await ask("/api/clusters/a/credential", { action: "retry" });
    await vi.waitFor(() => expect(runs()).toBe(2));
    await ask("/api/clusters/a/credential", { action: "cancel" });
  });

  it.each([
    [400, "a", { action: "explode" }],
    [400, "a", { action: "allow", hash: "of something else" }],
    [404, "b", { action: "retry" }],
  ])("answers %i to %s %j", async (code, cluster, body) => {
    const { ask } = await start(DEVICE);
    expect((await ask(`/api/clusters/${cluster}/credential`, body)).code).toBe(code);
  });
});
