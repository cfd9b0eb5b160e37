import { chmodSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { answerJson, startApiServer, type TestServer } from "../testing/api-server.ts";
import { base64, hasOpenssl, NO_OPENSSL, type Pair, TestAuthority } from "../testing/certificates.ts";
import { failureOf, get } from "../testing/cluster.ts";
import { CLIENT, type IdentityProvider, startIdentityProvider } from "../testing/identity-provider.ts";
import { load } from "../testing/kubeconfig.ts";
import { kubectl, NO_KUBECTL, runKubectl } from "../testing/kubectl.ts";
import { tempDir } from "../testing/plugin.ts";
import { LiveKubeconfig } from "./live-kubeconfig.ts";
import { KubeconfigLoader } from "./load-clusters.ts";

let authority: TestAuthority;
let pair: Pair;

beforeAll(() => {
  if (!hasOpenssl) return;
  authority = new TestAuthority();
  pair = authority.issue("IP:127.0.0.1");
});
afterAll(() => authority?.dispose());

/** A JWT that nobody signed: who is asked only reads when it ends. */
function idToken(secondsLeft: number, sub = "old"): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ sub, exp: Math.floor(Date.now() / 1_000) + secondsLeft })}.c2ln`;
}

const personOf = (header: string | undefined) =>
  JSON.parse(Buffer.from(header?.split(".")[1] ?? "", "base64url").toString() || "{}").sub as
    | string
    | undefined;

interface Login {
  idp?: IdentityProvider;
  config: Record<string, string>;
  dir?: string;
}

/** A kubeconfig as a login tool writes it, with a comment in it, and the API server it leads to. */
async function setUp({ idp, config, dir = tempDir() }: Login) {
  const api = await startApiServer(
    (_request, response) => answerJson(response, 200, { gitVersion: "v1.36.0" }),
    pair,
  );
  const all: Record<string, string> = {
    "client-id": CLIENT.id,
    "client-secret": CLIENT.secret,
    "idp-issuer-url": idp?.issuer ?? "https://127.0.0.1:1",
    "idp-certificate-authority-data": base64(authority.ca),
    ...config,
  };
  const fields = Object.entries(all).map(([key, value]) => `          ${key}: ${JSON.stringify(value)}`);
  const text = `# written by hand
apiVersion: v1
kind: Config
current-context: a
clusters:
  - {name: a, cluster: {server: "${api.url}", certificate-authority-data: ${base64(authority.ca)}}}
contexts:
  - {name: a, context: {cluster: a, user: jane}}
users:
  - name: jane # that is me
    user:
      auth-provider:
        name: oidc
        config:
${fields.join("\n")}
`;
  const file = join(dir, "config");
  writeFileSync(file, text, { mode: 0o640 });
  chmodSync(file, 0o640);
  return { api, file, text, dir };
}

async function ask(file: string, options: { writeKubeconfig?: boolean } = {}, env = {}) {
  const registry = await load({ kubeconfig: file, ...options }, env);
  const context = registry.get("a");
  if (!context) throw new Error("the context is gone");
  return { registry, context, cluster: context.as(null) };
}

const persons = (api: TestServer) => api.seen.map(({ headers }) => personOf(headers.authorization));

describe.skipIf(!hasOpenssl)(`auth-provider oidc (${hasOpenssl ? "openssl" : NO_OPENSSL})`, () => {
  it("uses the id-token while it is valid, and asks nobody", async () => {
    const idp = await startIdentityProvider(pair);
    const { api, file } = await setUp({ idp, config: { "id-token": idToken(60) } });
    const { cluster } = await ask(file);
    await cluster.json(get("/version"));
    expect(persons(api)).toEqual(["old"]);
    expect(idp.refreshes()).toBe(0);
  });

  it.each(["client_secret_basic", "client_secret_post"])(
    "refreshes an expired one once for all who ask at the same time (%s)",
    async (method) => {
      const idp = await startIdentityProvider(pair, { method });
      const config = { "id-token": idToken(-5), "refresh-token": await idp.login("jane") };
      const { api, file, text } = await setUp({ idp, config });
      const { cluster } = await ask(file);
      await Promise.all(Array.from({ length: 10 }, () => cluster.json(get("/version"))));
      expect(new Set(persons(api))).toEqual(new Set(["jane"]));
      expect(idp.refreshes()).toBe(1);
      // Nobody said that the file may be written.
      expect(readFileSync(file, "utf8")).toBe(text);
    },
  );

  it("refreshes ten seconds before the end, as client-go, and without any id-token", async () => {
    const idp = await startIdentityProvider(pair);
    for (const tokens of [{ "id-token": idToken(9) }, {}] as Record<string, string>[]) {
      const { api, file } = await setUp({
        idp,
        config: { ...tokens, "refresh-token": await idp.login("jane") },
      });
      const { cluster } = await ask(file);
      await cluster.json(get("/version"));
      expect(persons(api)).toEqual(["jane"]);
    }
  });

  it("writes rotated tokens into the file as kubectl does: comments, mode and link stay", async () => {
    const idp = await startIdentityProvider(pair, { rotate: true });
    const refreshToken = await idp.login("jane");
    const { file, dir } = await setUp({
      idp,
      config: { "id-token": idToken(-5), "refresh-token": refreshToken },
    });
    const link = join(dir, "link");
    symlinkSync(file, link);
    const { cluster } = await ask(link, { writeKubeconfig: true });
    await cluster.json(get("/version"));
    const written = readFileSync(link, "utf8");
    expect(written).not.toContain(refreshToken);
    expect(written).toContain("# written by hand");
    expect(written).toContain("jane # that is me");
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(existsSync(`${file}.lock`)).toBe(false);
    // What was written is a login as good as the first.
    const again = await ask(link);
    await again.cluster.json(get("/version"));
    expect(idp.refreshes()).toBe(1);
  });

  it("goes on with the same context and the same token once the written file is read again", async () => {
    const idp = await startIdentityProvider(pair, { rotate: true });
    const config = { "id-token": idToken(-5), "refresh-token": await idp.login("jane") };
    const { file } = await setUp({ idp, config });
    const log = pino({ level: "silent" });
    const options = { kubeconfig: file, env: {}, log, writeKubeconfig: true };
    const loader = await new KubeconfigLoader(options).load();
    onTestFinished(() => loader.registry.close());
    const live = new LiveKubeconfig(loader, log);
    onTestFinished(() => live.close());
    const before = loader.registry.get("a");
    await before?.as(null).json(get("/version"));
    await live.reload();
    expect(loader.registry.get("a")).toBe(before);
    await before?.as(null).json(get("/version"));
    expect(idp.refreshes()).toBe(1);
  });

  it("keeps the tokens to itself where another writer holds the file", async () => {
    const idp = await startIdentityProvider(pair, { rotate: true });
    const config = { "id-token": idToken(-5), "refresh-token": await idp.login("jane") };
    const { file, text, api } = await setUp({ idp, config });
    writeFileSync(`${file}.lock`, "");
    const { cluster } = await ask(file, { writeKubeconfig: true });
    await cluster.json(get("/version"));
    expect(persons(api)).toEqual(["jane"]);
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(existsSync(`${file}.lock`)).toBe(true);
  });

  it("gets another token when the API server refuses the one it has", async () => {
    const idp = await startIdentityProvider(pair);
    const { file, api } = await setUp({
      idp,
      config: { "id-token": idToken(60, "revoked"), "refresh-token": await idp.login("jane") },
    });
    const strict = await startApiServer((request, response) => {
      const code = personOf(request.headers.authorization) === "revoked" ? 401 : 200;
      answerJson(response, code, { gitVersion: "v1.36.0" });
    }, pair);
    writeFileSync(file, readFileSync(file, "utf8").replace(api.url, strict.url));
    const { cluster } = await ask(file);
    await cluster.json(get("/version"));
    expect(persons(strict)).toEqual(["revoked", "jane"]);
  });

  it.each([
    [
      "a refresh token that is not known any more",
      { "refresh-token": "gone" },
      /does not give a new token[\s\S]*invalid_grant/,
    ],
    ["none at all", {}, /The id-token expired at 20\S+Z, and without a refresh-token/],
    ["an id-token that is no JWT", { "id-token": "secret-text" }, /not a JWT/],
    ["another client-secret", { "refresh-token": "gone", "client-secret": "wrong" }, /invalid_client/],
    [
      "an issuer that is not there",
      { "refresh-token": "gone", "idp-issuer-url": "https://127.0.0.1:1" },
      /cannot be asked for a new token. Its host 127.0.0.1:1 refuses/,
    ],
    [
      "an issuer that is none",
      { "refresh-token": "gone", "idp-issuer-url": "@/nowhere" },
      /answered the question for its configuration with 404/,
    ],
    [
      "an authority that the issuer is not of",
      { "refresh-token": "gone", "idp-certificate-authority-data": "" },
      /not trusted/,
    ],
  ])(
    "says what is wrong with %s, never a token, and does not ask again at once",
    async (_title, config, words) => {
      const idp = await startIdentityProvider(pair);
      const issuer =
        (config as Record<string, string>)["idp-issuer-url"]?.replace("@", idp.issuer) ?? idp.issuer;
      const { file } = await setUp({
        config: { "id-token": idToken(-5), ...config, "idp-issuer-url": issuer },
      });
      const { cluster } = await ask(file);
      const failure = await failureOf(cluster.json(get("/version")));
      expect(failure).toMatchObject({ code: "CREDENTIAL" });
      expect(failure.message).toMatch(words);
      expect(failure.message).not.toMatch(/secret-text|client\+secret/);
      await idp.close();
      expect((await failureOf(cluster.json(get("/version")))).message).toMatch(words);
    },
  );

  it.each([
    [{ "idp-issuer-url": "" }, "no idp-issuer-url"],
    [{ "client-id": "" }, "no client-id"],
    [{ "idp-issuer-url": "https://bob:s3cr/et@idp" }, "***@idp"],
    [{ "idp-certificate-authority-data": "?" }, "not valid base64"],
  ])("refuses %j where the kubeconfig is read", async (config, words) => {
    const { file } = await setUp({ config });
    const { context } = await ask(file);
    expect(context.problem).toContain(words);
    expect(context.problem).not.toContain("s3cr");
  });

  it.skipIf(!kubectl)(
    `comes to the same as kubectl with the same file (${kubectl ? "" : NO_KUBECTL})`,
    async () => {
      for (const rotate of [false, true]) {
        const idp = await startIdentityProvider(pair, { rotate });
        const outcomes: unknown[] = [];
        for (const who of ["kubectl", "porthole"] as const) {
          const config = { "id-token": idToken(-5), "refresh-token": await idp.login("jane") };
          const { api, file, dir } = await setUp({ idp, config });
          if (who === "kubectl")
            await runKubectl(["--kubeconfig", file, "get", "--raw", "/version"], {}, dir);
          else await (await ask(file, { writeKubeconfig: true })).cluster.json(get("/version"));
          const { registry } = await ask(file);
          expect(registry.list()).toHaveLength(1);
          const text = readFileSync(file, "utf8");
          outcomes.push({
            // An old kubectl asks for what the server has before.
            persons: [...new Set(persons(api))],
            kept: text.includes(config["refresh-token"]),
            fresh: !text.includes(config["id-token"]),
          });
        }
        expect(outcomes[1]).toEqual(outcomes[0]);
        expect(outcomes[0]).toEqual({ persons: ["jane"], kept: !rotate, fresh: true });
      }
    },
  );
});

describe("an auth-provider that Kubernetes has not", () => {
  it.each([
    ["gcp", "gke-gcloud-auth-plugin"],
    ["azure", "kubelogin"],
    ["keystone", "not among those that Kubernetes has"],
  ])("%s names what to use", async (name, words) => {
    const file = join(tempDir(), "config");
    const entry = {
      clusters: [{ name: "a", cluster: { server: "https://a" } }],
      contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
    };
    writeFileSync(
      file,
      JSON.stringify({ ...entry, users: [{ name: "a", user: { "auth-provider": { name } } }] }),
    );
    expect((await ask(file)).context.problem).toContain(words);
  });
});
