import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KubeError } from "../errors.ts";
import { closedPort } from "../testing/api-server.ts";
import { get } from "../testing/cluster.ts";
import { configText, type Fields, load, writeConfig } from "../testing/kubeconfig.ts";
import { holds, type SecretAddress, secretAddress } from "../testing/secret-address.ts";

const RUNS = 80;
/** Without the system's authorities, which take longer to read than all the rest. */
const QUICK = { "insecure-skip-tls-verify": true };
const SERVER = "https://kube.example:6443";

/** Everything that anybody sees of the contexts of a kubeconfig: facts, logs, errors of every call and their causes. */
async function textsOf(
  cluster: Fields,
  env: Record<string, string> = {},
  user: Fields = {},
): Promise<string> {
  const file = writeConfig(configText({ a: { cluster, user } }));
  const texts: unknown[] = [];
  try {
    const registry = await load({ kubeconfig: file }, env);
    const [context] = registry.list();
    if (!context) throw new Error("the context is gone");
    const { name, server, proxy, problem } = context;
    texts.push({ name, server, proxy, problem }, registry.lines);
    const asked = context.as(null);
    for (const call of [asked.connection(), asked.request(get("/version")), asked.json(get("/version"))]) {
      texts.push(
        await call.then(
          () => "answered",
          (error: unknown) => error,
        ),
      );
    }
  } catch (error) {
    texts.push(error);
  }
  return texts
    .map((text) =>
      text instanceof KubeError
        ? `${text.code} ${text.message} ${text.proxy}`
        : JSON.stringify(text) + String(text),
    )
    .join("\n");
}

function expectNone(one: SecretAddress, seen: string): void {
  expect(holds(seen, one), `${one.address}\n${seen}`).toEqual([]);
}

describe("a password in an address of the kubeconfig or the environment", async () => {
  const port = await closedPort();
  const addresses = secretAddress(port);
  const check = (look: (address: string) => Promise<string>) =>
    fc.assert(
      fc.asyncProperty(addresses, async (one) => expectNone(one, await look(one.address))),
      { numRuns: RUNS },
    );

  it("is in no text when it stands in proxy-url", () =>
    check((address) => textsOf({ server: SERVER, ...QUICK, "proxy-url": address })));

  it("is in no text when it stands in server", () =>
    check((address) => textsOf({ server: address, ...QUICK })));

  it("is in no text when it stands in HTTPS_PROXY", () =>
    check((address) => textsOf({ server: SERVER, ...QUICK }, { HTTPS_PROXY: address })));

  it("is in no text when it stands in the idp-issuer-url of an auth-provider", () =>
    check((address) => {
      const config = { "idp-issuer-url": address, "client-id": "x", "refresh-token": "y" };
      return textsOf({ server: SERVER, ...QUICK }, {}, { "auth-provider": { name: "oidc", config } });
    }));

  it.each([
    ["http://bob:s3cr/et@proxy:3128", '"http://***@proxy:3128"'],
    ["bob:s3cr/et@proxy:3128", '"***@proxy:3128"'],
    ["http://bob:12/34@proxy:3128", '"http://***@proxy:3128"'],
    ["http://bob:a@b/c@proxy:3128", '"http://***@proxy:3128"'],
    ["http://bob:100%@proxy:3128", '"http://***@proxy:3128"'],
    ["http://bob:s3cret", '"http://***"'],
  ])("names of the proxy-url %s only %s", async (address, shown) => {
    const seen = await textsOf({ server: SERVER, "proxy-url": address });
    expect(seen).toContain(JSON.stringify(`the proxy-url ${shown}`).slice(1, -1));
    expect(seen).not.toMatch(/bob|s3cr|34/);
  });
});

describe("a secret that stands where another thing belongs", () => {
  const KEY = "-----BEGIN PRIVATE KEY-----\nMIIqxzjvkQXZ\n-----END PRIVATE KEY-----";
  const JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.qxzjvkQXZqxzjvk";
  it.each([
    ["the key for the name of its file", { "client-certificate": "/nowhere", "client-key": KEY }, /MIIqx/],
    ["its base64 too", { "client-certificate": "/nowhere", "client-key": btoa(KEY) }, /LS0tLS1CRUdJTi/],
    ["the token for the name of its file", { tokenFile: JWT }, /eyJzdWIi/],
    ["a token with a line break", { token: "qxzjvkQXZ\nX-Evil: 1" }, /qxzjvk/],
    ["a password that is no text", { username: "ann", password: ["qxzjvkQXZ"] }, /qxzjvk/],
    ["a token that is no text", { token: { qxzjvkQXZ: 1 } }, /qxzjvk/],
    ["an impersonated name with a line break", { as: "jane\nqxzjvkQXZ: 1" }, /qxzjvk/],
    [
      "certificate data that is no base64",
      { "client-certificate-data": "q!xzjvkQXZ", "client-key-data": "q" },
      /xzjvk/,
    ],
  ])("is in no text: %s", async (_title, user, secret) => {
    expect(await textsOf({ server: SERVER }, {}, user)).not.toMatch(secret);
  });

  it("is in no text when the file is no YAML", async () => {
    for (const text of [
      "token: [qxzjvkQXZ",
      "a: b: qxzjvkQXZ",
      "\t- qxzjvkQXZ: {",
      "token: 'qxzjvkQXZ",
      "users:\n - name: *qxzjvkQXZ",
    ]) {
      const failure: unknown = await load({ kubeconfig: writeConfig(text) }).then(
        () => "",
        (error: unknown) => error,
      );
      expect(String(failure)).toMatch(/KubeError/);
      expect(String(failure)).not.toMatch(/qxzjvk/);
    }
  });
});
