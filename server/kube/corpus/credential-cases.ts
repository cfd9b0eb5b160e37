/** What a user entry proves: tokens, files, passwords, certificates, and whom it acts as. */
import {
  ASKS,
  BYTE_ORDER_MARK,
  base64,
  type CorpusCase,
  kubeconfig,
  trusted,
  withParts,
  withUser,
} from "./corpus-case.ts";
import type { World } from "./world.ts";

const certificate = (cert: string, key: string) => ({
  "client-certificate-data": base64(cert),
  "client-key-data": base64(key),
});
const jane = ({ client }: World) => certificate(client.cert, client.key);

/** The token in a file beside the kubeconfig. */
const tokenFile = (title: string, content: string | Buffer, user = {}): CorpusCase =>
  withUser(title, () => ({ tokenFile: "token", ...user }), { files: () => ({ token: content }) });

const withFiles = (title: string, user: Record<string, unknown>, files: CorpusCase["files"]): CorpusCase =>
  withUser(title, () => user, { files });

const impersonating = (title: string, user: Record<string, unknown>): CorpusCase =>
  withUser(title, () => ({ token: "t0ken", ...user }));

const TOKENS: CorpusCase[] = [
  withUser("nobody", () => ({}), { differs: ASKS }),
  withUser("a token that is refused", () => ({ token: "refused" })),
  withUser("an empty token", () => ({ token: "", username: "a", password: "b" })),
  withUser("a token with a space inside", () => ({ token: "a b" })),
  withUser("a token with spaces around", () => ({ token: " t0ken " })),
  withUser("a token with a line break behind it", () => ({ token: "t0ken\n" })),
  withUser("a token with a line break inside", () => ({ token: "t0\nken" })),
  withUser("a token that is not ASCII", () => ({ token: "tökén" })),
  withUser("a token in Chinese", () => ({ token: "令牌" })),
  withUser("a token with a control character", () => ({ token: "t\x01" })),
  withUser("a token of 8 KiB", () => ({ token: "x".repeat(8192) })),
  withUser("a token that says Bearer", () => ({ token: "Bearer t0ken" })),
  tokenFile("a token file", "from-file"),
  tokenFile("a token file with a line break", "from-file\n"),
  tokenFile("a token file with CRLF and spaces", "  from-file \r\n\r\n"),
  tokenFile("a token file beside a token", "from-file", { token: "inline" }),
  tokenFile("an empty token file", ""),
  tokenFile("an empty token file beside a token", "", { token: "inline" }),
  tokenFile("a blank token file", " \n"),
  tokenFile("a token file of two lines", "one\ntwo\n"),
  withUser("a token file with a byte order mark", () => ({ tokenFile: "token" }), {
    files: () => ({ token: "\ufefffrom-file" }),
    differs: BYTE_ORDER_MARK,
  }),
  withUser("a missing token file", () => ({ tokenFile: "nowhere" })),
  withUser("a missing token file beside a token", () => ({ tokenFile: "nowhere", token: "inline" })),
  withFiles("a token file that is a directory", { tokenFile: "dir" }, () => ({ "dir/x": "" })),
  withFiles("a token file in a folder above", { tokenFile: "sub/../token" }, () => ({
    token: "t",
    "sub/x": "",
  })),
  withUser("a user name and a password", () => ({ username: "bob", password: "pa ss:wörd" })),
  withUser("a user name alone", () => ({ username: "bob" })),
  withUser("a password alone", () => ({ password: "secret" }), { differs: ASKS }),
  withUser("a user name with a colon", () => ({ username: "a:b", password: "c" })),
  withUser("a token and a user name", () => ({ token: "t0ken", username: "bob", password: "x" })),
  withUser("a token file and a user name", () => ({ tokenFile: "t", username: "bob", password: "x" }), {
    files: () => ({ t: "x" }),
  }),
  withUser("a token and a password", () => ({ token: "t0ken", password: "x" })),
  withUser("an unknown auth-provider", () => ({ "auth-provider": { name: "made-up" } })),
  withUser("the auth-provider gcp", () => ({ "auth-provider": { name: "gcp", config: {} } })),
  withUser("an auth-provider without a name", () => ({ "auth-provider": {} })),
  withUser("an auth-provider beside a token", () => ({ token: "t0ken", "auth-provider": { name: "gcp" } })),
  withUser("an unknown auth-provider beside a token", () => ({
    token: "t0ken",
    "auth-provider": { name: "made-up" },
  })),
  withUser("an auth-provider and an exec plugin", () => ({
    "auth-provider": { name: "azure" },
    exec: { command: "x" },
  })),
];

const CERTIFICATES: CorpusCase[] = [
  withUser("a client certificate", jane),
  withUser("a client certificate and a token", (world) => ({ ...jane(world), token: "t0ken" })),
  withUser("a client certificate and a password", (world) => ({
    ...jane(world),
    username: "a",
    password: "b",
  })),
  withParts(
    "a client certificate in files",
    () => ({ user: { "client-certificate": "c.crt", "client-key": "c.key" } }),
    {
      files: ({ client }) => ({ "c.crt": client.cert, "c.key": client.key }),
    },
  ),
  withParts(
    "files and data, the data counts",
    (world) => ({ user: { ...jane(world), "client-certificate": "no", "client-key": "no" } }),
    {
      files: () => ({ no: "rubbish" }),
    },
  ),
  withUser("missing files and data", (world) => ({
    ...jane(world),
    "client-certificate": "no",
    "client-key": "no",
  })),
  withParts(
    "a certificate file and key data",
    ({ client }) => ({ user: { "client-certificate": "c.crt", "client-key-data": base64(client.key) } }),
    {
      files: ({ client }) => ({ "c.crt": client.cert }),
    },
  ),
  withParts(
    "certificate data and a key file",
    ({ client }) => ({ user: { "client-key": "c.key", "client-certificate-data": base64(client.cert) } }),
    {
      files: ({ client }) => ({ "c.key": client.key }),
    },
  ),
  withUser("a missing certificate file", () => ({ "client-certificate": "no.crt", "client-key": "no.key" })),
  withUser("a certificate without a key", ({ client }) => ({
    "client-certificate-data": base64(client.cert),
  })),
  withUser("a key without a certificate", ({ client }) => ({ "client-key-data": base64(client.key) })),
  withUser("a key without a certificate, and a token", ({ client }) => ({
    "client-key-data": base64(client.key),
    token: "t0ken",
  })),
  withUser("a certificate without a key, and a token", ({ client }) => ({
    "client-certificate-data": base64(client.cert),
    token: "t0ken",
  })),
  withUser("a key of another certificate", ({ client, good }) => certificate(client.cert, good.key)),
  withUser("certificate and key in each other's place", ({ client }) => certificate(client.key, client.cert)),
  withUser("an encrypted key", ({ client, encrypted }) => certificate(client.cert, encrypted.pkcs8)),
  withUser("an encrypted key in the older form", ({ client, encrypted }) =>
    certificate(client.cert, encrypted.traditional),
  ),
  withUser("an expired client certificate", ({ expiredClient }) =>
    certificate(expiredClient.cert, expiredClient.key),
  ),
  withUser("a client certificate of another authority", ({ foreignClient }) =>
    certificate(foreignClient.cert, foreignClient.key),
  ),
  withUser("the chain behind the certificate", ({ client, ca }) => certificate(client.cert + ca, client.key)),
  withUser("the authority before the certificate", ({ client, ca }) =>
    certificate(ca + client.cert, client.key),
  ),
  withUser("certificate and key in one text", ({ client }) =>
    certificate(client.cert + client.key, client.cert + client.key),
  ),
  withUser("words around the certificate", ({ client }) =>
    certificate(`subject=jane\n${client.cert}bye\n`, `Key:\n${client.key}`),
  ),
  withUser("a certificate with CRLF", ({ client }) =>
    certificate(client.cert.replaceAll("\n", "\r\n"), client.key.replaceAll("\n", "\r\n")),
  ),
  withUser("a certificate with CR", ({ client }) =>
    certificate(client.cert.replaceAll("\n", "\r"), client.key),
  ),
  withUser("a certificate without a last line break", ({ client }) =>
    certificate(client.cert.trim(), client.key.trim()),
  ),
  withUser(
    "a certificate with a byte order mark",
    ({ client }) => certificate(`\ufeff${client.cert}`, client.key),
    { differs: BYTE_ORDER_MARK },
  ),
  withUser("a certificate with spaces before its lines", ({ client }) =>
    certificate(client.cert.replaceAll(/^/gm, "  "), client.key),
  ),
  withUser("a certificate on one line", ({ client }) =>
    certificate(client.cert.replaceAll("\n", " "), client.key),
  ),
  withUser("a certificate in DER", ({ client }) => ({
    "client-certificate-data": client.cert.replaceAll(/-----.*-----|\n/g, ""),
    "client-key-data": base64(client.key),
  })),
  withUser("PEM in place of base64", ({ client }) => ({
    "client-certificate-data": client.cert,
    "client-key-data": client.key,
  })),
  withUser("base64 with line breaks", (world) => {
    const { client } = world;
    const folded = base64(client.cert).replaceAll(/.{60}/g, "$&\n");
    return { ...jane(world), "client-certificate-data": folded };
  }),
  withUser("base64 with spaces", (world) => ({
    ...jane(world),
    "client-certificate-data": base64(world.client.cert).replaceAll(/.{60}/g, "$& "),
  })),
  withUser("base64 without its padding", (world) => ({
    ...jane(world),
    "client-key-data": base64(`${world.client.key}\n`).replace(/=+$/, ""),
  })),
  withUser("base64 of the URL kind", (world) => ({
    ...jane(world),
    "client-certificate-data": base64(`???>>>${world.client.cert}`).replaceAll("/", "_").replaceAll("+", "-"),
  })),
  withUser("base64 twice", (world) => ({
    ...jane(world),
    "client-certificate-data": base64(base64(world.client.cert)),
  })),
  withUser("certificate data that is empty text", (world) => ({
    ...jane(world),
    "client-certificate": "",
    token: "",
  })),
  withUser("certificate data null, and a token", () => ({
    "client-certificate-data": null,
    "client-key-data": null,
    token: "t0ken",
  })),
  withUser("certificate data that is rubbish", (world) => ({
    ...jane(world),
    "client-certificate-data": base64("rubbish"),
  })),
];

const PEOPLE: CorpusCase[] = [
  impersonating("as", { as: "jane" }),
  impersonating("as with groups", { as: "jane", "as-groups": ["dev", "ops", "dev"] }),
  impersonating("as with everything", {
    as: "jane",
    "as-uid": "7",
    "as-groups": ["dev"],
    "as-user-extra": { Reason: ["a", "b"], "acme.com/p q%": ["ü?"] },
  }),
  impersonating("as with no groups", { as: "jane", "as-groups": [], "as-user-extra": {} }),
  impersonating("as with an empty group", { as: "jane", "as-groups": [""] }),
  impersonating("as with extra in two cases", {
    as: "jane",
    "as-user-extra": { scopes: ["a"], Scopes: ["b"] },
  }),
  impersonating("as with an empty extra key", { as: "jane", "as-user-extra": { "": ["a"] } }),
  impersonating("as with extra without values", { as: "jane", "as-user-extra": { a: [] } }),
  impersonating("as with a space inside", { as: "jane doe" }),
  impersonating("as with spaces around", { as: " jane " }),
  impersonating("as that is not ASCII", { as: "jürgen" }),
  impersonating("as in Chinese", { as: "王" }),
  impersonating("as with a line break", { as: "jane\nX: y" }),
  impersonating("as empty with groups", { as: "", "as-groups": ["dev"] }),
  impersonating("groups without as", { "as-groups": ["dev"] }),
  impersonating("a uid without as", { "as-uid": "7" }),
  impersonating("extra without as", { "as-user-extra": { a: ["b"] } }),
  impersonating("a group with a comma", { as: "jane", "as-groups": ["a,b"] }),
  impersonating("a service account", {
    as: "system:serviceaccount:team-a:deployer",
    "as-groups": ["system:masters"],
  }),
  withUser("as without any credential", () => ({ as: "jane" }), { differs: ASKS }),
  withUser("as with a client certificate", (world) => ({ ...jane(world), as: "jane" })),
  withParts("a user that is not there", () => ({ context: { user: "nobody" } })),
  withParts("a context without a user", () => ({ context: { user: "" } }), { differs: ASKS }),
  withParts("a context without a cluster", () => ({ context: { cluster: "" } })),
  withParts("a cluster that is not there", () => ({ context: { cluster: "nowhere" } })),
  withParts("a cluster and a user without names", (world) => ({
    context: { cluster: "", user: "" },
    top: {
      clusters: [{ name: "", cluster: trusted(world) }],
      users: [{ name: "", user: { token: "t0ken" } }],
    },
  })),
  {
    title: "plain files beside a good token",
    files: (world) => ({ config: kubeconfig(world), "c.crt": "x" }),
  },
];

export const CREDENTIAL_CASES: CorpusCase[] = [...TOKENS, ...CERTIFICATES, ...PEOPLE];
