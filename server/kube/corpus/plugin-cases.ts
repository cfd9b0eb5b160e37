/** Credential plugins: which are run, what they are told, and what of their answers is taken. */
import { type CorpusCase, type Fields, trusted, withParts } from "./corpus-case.ts";
import type { World } from "./world.ts";

const GROUP = "client.authentication.k8s.io";
const FAR = "2099-01-01T00:00:00Z";
const IN_PAST = "2001-01-01T00:00:00Z";

const exec = (more: Fields = {}): Fields => ({
  command: "./plugin.sh",
  apiVersion: `${GROUP}/v1`,
  interactiveMode: "Never",
  ...more,
});

const credential = (status: unknown, more: Fields = {}): string =>
  JSON.stringify({ kind: "ExecCredential", apiVersion: `${GROUP}/v1`, status, ...more });

/** A script that prints a text, as it is. */
const printing = (text: string): string => `#!/bin/sh\ncat <<'END'\n${text}\nEND\n`;

const TOKEN = printing(credential({ token: "from-plugin" }));

/** What is configured varies; the plugin answers well. */
const configured = (title: string, more: Fields, script = TOKEN, user: Fields = {}): CorpusCase =>
  withParts(title, () => ({ user: { exec: exec(more), ...user } }), {
    files: () => ({ "plugin.sh": script }),
  });

/** What is answered varies. */
const answered = (title: string, text: string | ((world: World) => string)): CorpusCase =>
  withParts(title, () => ({ user: { exec: exec() } }), {
    files: (world) => ({ "plugin.sh": printing(typeof text === "string" ? text : text(world)) }),
  });

const scripted = (title: string, body: string, more: Fields = {}): CorpusCase =>
  configured(title, more, `#!/bin/sh\n${body}\n`);

/** The token says what the plugin was given: kubectl and Porthole must give the same. */
const echoing = (
  title: string,
  shell: string,
  more: Fields = {},
  cluster?: (world: World) => Fields,
): CorpusCase =>
  withParts(
    title,
    (world) => ({ user: { exec: exec(more) }, cluster: { ...trusted(world), ...cluster?.(world) } }),
    {
      files: () => ({
        "plugin.sh": `#!/bin/sh\nvalue=$(${shell} | base64 -w0)\nprintf '%s' '${credential({ token: "TOKEN" })}' | sed "s|TOKEN|$value|"\n`,
      }),
    },
  );

const beta = (status: unknown) => printing(credential(status, { apiVersion: `${GROUP}/v1beta1` }));

const CONFIGURED: CorpusCase[] = [
  configured("a plugin", {}),
  configured("v1beta1", { apiVersion: `${GROUP}/v1beta1` }, beta({ token: "b" })),
  configured(
    "v1beta1 without interactiveMode",
    { apiVersion: `${GROUP}/v1beta1`, interactiveMode: undefined },
    beta({ token: "b" }),
  ),
  configured("v1 without interactiveMode", { interactiveMode: undefined }),
  configured("v1 with an empty interactiveMode", { interactiveMode: "" }),
  configured("v1 with interactiveMode null", { interactiveMode: null }),
  configured("interactiveMode IfAvailable", { interactiveMode: "IfAvailable" }),
  configured("interactiveMode Always", { interactiveMode: "Always" }),
  configured("interactiveMode of another case", { interactiveMode: "never" }),
  configured("an unknown interactiveMode", { interactiveMode: "Sometimes" }),
  configured("v1beta1 with an unknown interactiveMode", {
    apiVersion: `${GROUP}/v1beta1`,
    interactiveMode: "Sometimes",
  }),
  configured("v1alpha1", { apiVersion: `${GROUP}/v1alpha1` }),
  configured("no apiVersion", { apiVersion: undefined }),
  configured("another group", { apiVersion: "example.com/v1" }),
  configured("no command", { command: undefined }),
  configured("an empty command", { command: "" }),
  configured("a command in another folder", { command: "x/../plugin.sh" }),
  configured("a command that is missing", { command: "./nowhere" }),
  configured("a bare command that is missing", { command: "porthole-no-such-command" }),
  configured("a bare command that is only beside the kubeconfig", { command: "plugin.sh" }),
  configured("a command that is a directory", { command: "/" }),
  configured("a command with a space and an argument", { command: "./plugin.sh now" }),
  configured("a missing interpreter", {}, `#!/no/such/interpreter\n`),
  withParts("a script without a first line", () => ({ user: { exec: exec() } }), {
    files: () => ({ "plugin.sh": TOKEN.replace("#!/bin/sh\n", "") }),
    differs: "a script without a first line is run by sh, as every shell does",
  }),
  configured("arguments null", { args: null }),
  configured("a number as an argument", { args: [1] }),
  configured("a null as an argument", { args: [null] }),
  configured("env null", { env: null }),
  configured("a null in env", { env: [null] }),
  configured("env without a value", { env: [{ name: "A" }] }),
  configured("env without a name", { env: [{ value: "A" }] }),
  configured("env with an equals sign in its name", { env: [{ name: "A=B", value: "c" }] }),
  configured("env as a mapping", { env: { A: "b" } }),
  configured("env with a number", { env: [{ name: "A", value: 1 }] }),
  configured("a plugin beside a token", {}, TOKEN, { token: "own" }),
  configured("a plugin beside a user name", {}, TOKEN, { username: "a", password: "b" }),
  configured("a plugin and whom to act as", {}, TOKEN, { as: "jane" }),
  configured("a broken plugin beside a token", { command: "./nowhere" }, TOKEN, { token: "own" }),
  configured("an unfinished plugin beside a token", { command: "", apiVersion: "" }, TOKEN, { token: "own" }),
  withParts(
    "a plugin beside a client certificate",
    ({ client }) => ({
      user: {
        exec: exec(),
        "client-certificate-data": Buffer.from(client.cert).toString("base64"),
        "client-key-data": Buffer.from(client.key).toString("base64"),
      },
    }),
    { files: () => ({ "plugin.sh": TOKEN }) },
  ),
  withParts("an empty exec", () => ({ user: { exec: {}, token: "t0ken" } })),
  withParts("an empty exec alone", () => ({ user: { exec: {} } })),
  withParts("exec null", () => ({ user: { exec: null, token: "t0ken" } })),
  withParts("exec as a text", () => ({ user: { exec: "plugin", token: "t0ken" } })),
];

const TOLD: CorpusCase[] = [
  echoing("the arguments", "printf '%s|' \"$@\"", { args: ["a b", "", "$HOME", "*"] }),
  echoing("the environment", 'printf "%s" "$A-$B"', {
    env: [
      { name: "A", value: "x y" },
      { name: "B", value: "" },
    ],
  }),
  echoing("a variable twice", 'printf "%s" "$A"', {
    env: [
      { name: "A", value: "1" },
      { name: "A", value: "2" },
    ],
  }),
  echoing("a variable of its own over ours", 'printf "%s" "$HOME"', {
    env: [{ name: "HOME", value: "/other" }],
  }),
  echoing("KUBERNETES_EXEC_INFO set by the kubeconfig", 'printf "%s" "$KUBERNETES_EXEC_INFO"', {
    env: [{ name: "KUBERNETES_EXEC_INFO", value: "x" }],
  }),
  echoing("what it is told", 'printf "%s" "$KUBERNETES_EXEC_INFO"'),
  echoing("what it is told of the cluster", 'printf "%s" "$KUBERNETES_EXEC_INFO"', {
    provideClusterInfo: true,
  }),
  echoing(
    "what it is told of a cluster's extension",
    'printf "%s" "$KUBERNETES_EXEC_INFO"',
    { provideClusterInfo: true },
    () => ({
      "tls-server-name": "kube.test",
      "disable-compression": true,
      extensions: [{ name: `${GROUP}/exec`, extension: { audience: "x", list: [], n: 1 } }],
    }),
  ),
  echoing("what is on its standard input", "cat"),
];

const ANSWERS: CorpusCase[] = [
  answered("YAML", `apiVersion: ${GROUP}/v1\nkind: ExecCredential\nstatus:\n  token: yaml-token`),
  answered("YAML flow", `{apiVersion: ${GROUP}/v1, kind: ExecCredential, status: {token: yaml-token}}`),
  answered("JSON over several lines", JSON.stringify(JSON.parse(credential({ token: "t" })), null, 2)),
  answered("two answers", `${credential({ token: "one" })}\n${credential({ token: "two" })}`),
  answered("something behind the answer", `${credential({ token: "one" })}\nbye`),
  answered("something before the answer", `hello\n${credential({ token: "one" })}`),
  answered("a byte order mark", `\ufeff${credential({ token: "one" })}`),
  answered("nothing", ""),
  answered("no JSON", "please log in"),
  answered("HTML", "<html><body>Sign in</body></html>"),
  answered(
    "unknown fields",
    credential({ token: "t", colour: "red" }, { metadata: { name: "x" }, spec: { interactive: true } }),
  ),
  answered("a status null", credential(null)),
  answered("no status", JSON.stringify({ kind: "ExecCredential", apiVersion: `${GROUP}/v1` })),
  answered("a status that is a text", credential("x")),
  answered("an empty status", credential({})),
  answered("a token that is a number", credential({ token: 1 })),
  answered("a token null", credential({ token: null })),
  answered("a token with a space inside", credential({ token: "a b" })),
  answered("a token with a line break behind it", credential({ token: "t0ken\n" })),
  answered("no kind", JSON.stringify({ apiVersion: `${GROUP}/v1`, status: { token: "t" } })),
  answered("no apiVersion", JSON.stringify({ kind: "ExecCredential", status: { token: "t" } })),
  answered(
    "another kind",
    JSON.stringify({ kind: "Other", apiVersion: `${GROUP}/v1`, status: { token: "t" } }),
  ),
  answered("another version", credential({ token: "t" }, { apiVersion: `${GROUP}/v1beta1` })),
  answered("v1alpha1", credential({ token: "t" }, { apiVersion: `${GROUP}/v1alpha1` })),
  answered(
    "fields in another case",
    JSON.stringify({ Kind: "ExecCredential", ApiVersion: `${GROUP}/v1`, Status: { Token: "t" } }),
  ),
  answered("an expiry to come", credential({ token: "t", expirationTimestamp: FAR })),
  answered("an expiry that has passed", credential({ token: "t", expirationTimestamp: IN_PAST })),
  answered("an expiry null", credential({ token: "t", expirationTimestamp: null })),
  answered("an empty expiry", credential({ token: "t", expirationTimestamp: "" })),
  answered(
    "an expiry with an offset",
    credential({ token: "t", expirationTimestamp: "2099-01-01T00:00:00+02:00" }),
  ),
  answered(
    "an expiry with fractions",
    credential({ token: "t", expirationTimestamp: "2099-01-01T00:00:00.123456789Z" }),
  ),
  answered(
    "an expiry without a zone",
    credential({ token: "t", expirationTimestamp: "2099-01-01T00:00:00" }),
  ),
  answered("an expiry with a space", credential({ token: "t", expirationTimestamp: "2099-01-01 00:00:00Z" })),
  answered(
    "an expiry in small letters",
    credential({ token: "t", expirationTimestamp: "2099-01-01t00:00:00z" }),
  ),
  answered("an expiry that is a date", credential({ token: "t", expirationTimestamp: "2099-01-01" })),
  answered("an expiry that is a number", credential({ token: "t", expirationTimestamp: 4070908800 })),
  answered(
    "an expiry on 30 February",
    credential({ token: "t", expirationTimestamp: "2099-02-30T00:00:00Z" }),
  ),
  answered(
    "200 KiB of metadata",
    credential({ token: "t" }, { metadata: { annotations: { a: "x".repeat(200 * 1024) } } }),
  ),
  answered("a token of 8 KiB", credential({ token: "x".repeat(8192) })),
  answered("a client certificate", ({ client }) =>
    credential({ clientCertificateData: client.cert, clientKeyData: client.key }),
  ),
  answered("a client certificate and a token", ({ client }) =>
    credential({ token: "t", clientCertificateData: client.cert, clientKeyData: client.key }),
  ),
  answered("a certificate without a key", ({ client }) => credential({ clientCertificateData: client.cert })),
  answered("a key alone beside a token", ({ client }) =>
    credential({ token: "t", clientKeyData: client.key }),
  ),
  answered("a certificate with another key", ({ client, good }) =>
    credential({ clientCertificateData: client.cert, clientKeyData: good.key }),
  ),
  answered("a certificate with another key beside a token", ({ client, good }) =>
    credential({ token: "t", clientCertificateData: client.cert, clientKeyData: good.key }),
  ),
  answered("a certificate with an encrypted key", ({ client, encrypted }) =>
    credential({ clientCertificateData: client.cert, clientKeyData: encrypted.pkcs8 }),
  ),
  answered("an expired certificate", ({ expiredClient }) =>
    credential({ clientCertificateData: expiredClient.cert, clientKeyData: expiredClient.key }),
  ),
  answered("a certificate as base64", ({ client }) =>
    credential({
      clientCertificateData: Buffer.from(client.cert).toString("base64"),
      clientKeyData: client.key,
    }),
  ),
  answered("a token that is refused", credential({ token: "refused" })),
  scripted("a failing plugin", "echo no >&2; exit 3"),
  scripted("a plugin that answers and fails", `${TOKEN.split("\n").slice(1).join("\n")}exit 1`),
  scripted("a plugin that is killed", "kill -9 $$"),
  scripted("words on stderr beside the answer", `echo hello >&2\n${TOKEN.split("\n").slice(1).join("\n")}`),
];

export const PLUGIN_CASES: CorpusCase[] = [...CONFIGURED, ...TOLD, ...ANSWERS];
