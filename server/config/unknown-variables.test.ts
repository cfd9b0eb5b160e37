/** threats.md A34: a setting that is misspelt is not believed to hold. */
import { expect, it } from "vitest";
import { readConfig } from "./config.ts";

const SECRET = "value-that-nobody-prints";

async function warningsOf(env: NodeJS.ProcessEnv): Promise<string[]> {
  return (await readConfig([], env)).warnings;
}

it.each([
  ["PORTHOLE_CREDENTIAL_PLUGIN", "PORTHOLE_CREDENTIAL_PLUGINS"],
  ["PORTHOLE_CREDENTAILS_PLUGINS", "PORTHOLE_CREDENTIAL_PLUGINS"],
  ["PORTHOLE_TOKEN-FILE", "PORTHOLE_TOKEN_FILE"],
  ["PORTHOLE_TOKENFILE", "PORTHOLE_TOKEN_FILE"],
  ["PORTHOLE_TOKN", "PORTHOLE_TOKEN"],
  ["PORTHOLE_PROT", "PORTHOLE_PORT"],
  ["PORTHOLE_PUBLIC_URI", "PORTHOLE_PUBLIC_URL"],
  ["PORTHOLE_WRITE_KUBECONFIGS", "PORTHOLE_WRITE_KUBECONFIG"],
  ["PORTHOLE_KUBE_CONFIG", "PORTHOLE_KUBECONFIG"],
  ["PORTHOLE_TLS_CERT_FILE", "PORTHOLE_TLS_CERT"],
  ["PORTHOLE_DRAIN", "PORTHOLE_DRAIN_SECONDS"],
  ["porthole_demo", "PORTHOLE_DEMO"],
])("warns of %s and names %s", async (variable, nearest) => {
  const warnings = await warningsOf({ [variable]: SECRET });
  expect(warnings).toEqual([`${variable} is no setting of Porthole's and is ignored: is ${nearest} meant?`]);
});

it("warns of one that is like none, of no more than a few, and never shows a value", async () => {
  expect(await warningsOf({ PORTHOLE_ZZZZ: SECRET })).toEqual([
    expect.stringMatching(/^PORTHOLE_ZZZZ is no setting .* see --help$/),
  ]);
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`PORTHOLE_Q${at}`, SECRET]));
  const warnings = await warningsOf({ ...many, [`PORTHOLE_${"A".repeat(100_000)}`]: SECRET });
  expect(warnings).toHaveLength(11);
  expect(warnings.at(-1)).toMatch(/^491 more/);
  expect(warnings.join()).not.toContain(SECRET);
});

it("is silent about what is known, empty, or set by Kubernetes, by images and for the tests", async () => {
  const link = "tcp://10.0.0.1:7654";
  expect(
    await warningsOf({
      PORTHOLE_LOG_FORMAT: "json",
      PORTHOLE_VERSION: "0.1.0",
      PORTHOLE_NOTHING: "",
      PORTHOLE_SERVICE_HOST: "10.0.0.1",
      PORTHOLE_SERVICE_PORT: "7654",
      PORTHOLE_SERVICE_PORT_HTTP: "7654",
      PORTHOLE_PORT: link,
      PORTHOLE_PORT_7654_TCP: link,
      PORTHOLE_PORT_7654_TCP_PROTO: "tcp",
      PORTHOLE_PORT_7654_TCP_PORT: "7654",
      PORTHOLE_PORT_7654_TCP_ADDR: "10.0.0.1",
      PORTHOLE_PREVIEW_SERVICE_HOST: "10.0.0.1",
      PORTHOLE_PREVIEW_PORT: link,
      PORTHOLE_REFERENCE_BIN: "/bin",
      PORTHOLE_KUBECTL: "/bin/kubectl",
      PORTHOLE_LONG: "1",
      PORTHOLE_FUZZ_RUNS: "1",
      PORTHOLE_TALLY_FILE: "/tally",
      PORTHOLEISH: "1",
    }),
  ).toEqual([]);
});

it.each([
  ["--credential-plugin", "deny", /'--credential-plugin'; is --credential-plugins meant/],
  ["--log_format", "json", /is --log-format meant/],
  ["--zzzz", "1", /'--zzzz'; see --help$/],
])("refuses the flag %s and names the nearest", async (...argv) => {
  const words = argv.pop() as RegExp;
  await expect(readConfig(argv as string[], {})).rejects.toThrow(words);
});
