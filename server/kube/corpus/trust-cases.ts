/** Whom TLS trusts: authorities in all their forms, and under which name. */
import { base64, type CorpusCase, type Fields, trusted, withCluster, withParts } from "./corpus-case.ts";
import type { World } from "./world.ts";

const trusting = (title: string, ca: (world: World) => Fields, more: Partial<CorpusCase> = {}): CorpusCase =>
  withCluster(title, (world) => ({ server: world.server.url, ...ca(world) }), more);
const data = (title: string, pem: (world: World) => string | Buffer): CorpusCase =>
  trusting(title, (world) => ({ "certificate-authority-data": base64(pem(world)) }));
const file = (title: string, content: (world: World) => string | Buffer): CorpusCase =>
  trusting(title, () => ({ "certificate-authority": "ca.crt" }), {
    files: (world) => ({ "ca.crt": content(world) }),
  });

const der = (pem: string) => Buffer.from(pem.replaceAll(/-----.*-----|\n/g, ""), "base64");
const BROKEN = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

export const TRUST_CASES: CorpusCase[] = [
  trusting("no authority", () => ({})),
  trusting("insecure", () => ({ "insecure-skip-tls-verify": true })),
  withCluster("insecure and expired", ({ expiredServer }) => ({
    server: expiredServer.url,
    "insecure-skip-tls-verify": true,
  })),
  trusting("insecure and an authority", ({ ca }) => ({
    "insecure-skip-tls-verify": true,
    "certificate-authority-data": base64(ca),
  })),
  trusting("insecure and a missing authority file", () => ({
    "insecure-skip-tls-verify": true,
    "certificate-authority": "no.crt",
  })),
  trusting("insecure and a server name", () => ({
    "insecure-skip-tls-verify": true,
    "tls-server-name": "else.test",
  })),
  file("an authority file", ({ ca }) => ca),
  file("an empty authority file", () => ""),
  file("an authority file in DER", ({ ca }) => der(ca)),
  file("an authority file of words", () => "hello\n"),
  trusting("a missing authority file", () => ({ "certificate-authority": "no.crt" })),
  trusting(
    "a file and data",
    ({ ca }) => ({ "certificate-authority": "ca.crt", "certificate-authority-data": base64(ca) }),
    { files: ({ otherCa }) => ({ "ca.crt": otherCa }) },
  ),
  trusting("an authority file in a folder", () => ({ "certificate-authority": "pki/../pki/ca.crt" }), {
    files: ({ ca }) => ({ "pki/ca.crt": ca }),
  }),
  data("another authority", ({ otherCa }) => otherCa),
  data("two authorities", ({ ca, otherCa }) => otherCa + ca),
  data("two authorities and words between", ({ ca, otherCa }) => `one\n${otherCa}\ntwo: x\n${ca}end`),
  data("a broken certificate before a good one", ({ ca }) => BROKEN + ca),
  data("a broken certificate behind a good one", ({ ca }) => ca + BROKEN),
  data("a key before the certificate", ({ ca, client }) => client.key + ca),
  data("only a key", ({ client }) => client.key),
  data("only broken certificates", () => BROKEN),
  data("an authority with CRLF", ({ ca }) => ca.replaceAll("\n", "\r\n")),
  data("an authority in DER", ({ ca }) => der(ca)),
  data("words", () => "hello"),
  data("spaces", () => "  \n"),
  data("an authority with a byte order mark", ({ ca }) => `\ufeff${ca}`),
  data("an authority without its last line break", ({ ca }) => ca.trim()),
  data("an authority with indents", ({ ca }) => ca.replaceAll(/^/gm, "    ")),
  data("an authority on one line", ({ ca }) => ca.replaceAll("\n", "")),
  data("a trusted certificate of OpenSSL", ({ ca }) => ca.replaceAll("CERTIFICATE", "TRUSTED CERTIFICATE")),
  data("an X509 certificate", ({ ca }) => ca.replaceAll("CERTIFICATE", "X509 CERTIFICATE")),
  data("a certificate with headers", ({ ca }) => ca.replace("-----\n", "-----\nComment: x\n\n")),
  data("the server's own certificate", ({ good }) => good.cert),
  data("the same authority twice", ({ ca }) => ca + ca),
  trusting("authority data that is not base64", () => ({ "certificate-authority-data": "-----" })),
  trusting("authority data that is PEM", ({ ca }) => ({ "certificate-authority-data": ca })),
  trusting("authority data that is empty text", () => ({
    "certificate-authority-data": "",
    "insecure-skip-tls-verify": true,
  })),
  trusting("authority data without its padding", ({ ca }) => ({
    "certificate-authority-data": base64(`${ca}\n`).replace(/=+$/, "x"),
  })),
  trusting("authority data as a list of bytes", () => ({ "certificate-authority-data": [45, 45] })),
  withCluster("an expired server certificate", (world) => trusted(world, world.expiredServer.url)),
  withCluster("a certificate without names, by name", (world) =>
    trusted(world, `https://localhost:${world.subjectServer.port}`),
  ),
  withCluster("a certificate without names, by address", (world) => trusted(world, world.subjectServer.url)),
  withCluster("a certificate without names and a server name", (world) => ({
    ...trusted(world, world.subjectServer.url),
    "tls-server-name": "localhost",
  })),
  withCluster("a certificate of another authority", (world) => trusted(world, world.foreignServer.url)),
  withCluster("a certificate for another name", (world) => trusted(world, world.namedServer.url)),
  withCluster("tls-server-name", (world) => ({
    ...trusted(world, world.namedServer.url),
    "tls-server-name": "kube.test",
  })),
  withCluster("tls-server-name in capitals", (world) => ({
    ...trusted(world, world.namedServer.url),
    "tls-server-name": "KUBE.test",
  })),
  withCluster("tls-server-name with a dot behind it", (world) => ({
    ...trusted(world, world.namedServer.url),
    "tls-server-name": "kube.test.",
  })),
  withCluster("tls-server-name that does not fit", (world) => ({
    ...trusted(world),
    "tls-server-name": "else.test",
  })),
  withCluster("tls-server-name as an address", (world) => ({
    ...trusted(world, `https://localhost:${world.server.port}`),
    "tls-server-name": "127.0.0.1",
  })),
  withCluster("tls-server-name as IPv6", (world) => ({ ...trusted(world), "tls-server-name": "::1" })),
  withCluster("tls-server-name as IPv6 in brackets", (world) => ({
    ...trusted(world),
    "tls-server-name": "[::1]",
  })),
  withCluster("tls-server-name that is empty", (world) => ({ ...trusted(world), "tls-server-name": "" })),
  withCluster("tls-server-name with a port", (world) => ({
    ...trusted(world),
    "tls-server-name": "kube.test:443",
  })),
  withCluster("tls-server-name with a space", (world) => ({
    ...trusted(world),
    "tls-server-name": "kube test",
  })),
  withCluster("tls-server-name that is not ASCII", (world) => ({
    ...trusted(world),
    "tls-server-name": "küb.test",
  })),
  withParts("no authority and SSL_CERT_FILE", ({ server }) => ({ cluster: { server: server.url } }), {
    files: ({ ca }) => ({ "roots.pem": ca }),
  }),
];
