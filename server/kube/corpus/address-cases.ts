/** Addresses of API servers: what is a URL to kubectl, and what goes out over plain HTTP. */
import { ASKS, base64, type CorpusCase, trusted, withCluster, withParts } from "./corpus-case.ts";
import type { World } from "./world.ts";

const at = (title: string, server: (world: World) => string, more: Partial<CorpusCase> = {}): CorpusCase =>
  withCluster(title, (world) => trusted(world, server(world)), more);

export const ADDRESS_CASES: CorpusCase[] = [
  at("localhost", ({ server }) => `https://localhost:${server.port}`),
  at("capital letters", ({ server }) => `HTTPS://LocalHost:${server.port}`),
  at("no scheme", ({ server }) => `127.0.0.1:${server.port}`),
  at("no scheme and a name", ({ server }) => `localhost:${server.port}`),
  at("two slashes and no scheme", ({ server }) => `//127.0.0.1:${server.port}`),
  at("a slash behind it", ({ server }) => `${server.url}/`),
  at("two slashes behind it", ({ server }) => `${server.url}//`),
  at("a path", ({ server }) => `${server.url}/k8s/clusters/c-1`),
  at("a path with a slash behind it", ({ server }) => `${server.url}/k8s/`),
  at("a path with two slashes inside", ({ server }) => `${server.url}/a//b`),
  at("a path with dots", ({ server }) => `${server.url}/a/../b`),
  at("a path with an escape", ({ server }) => `${server.url}/a%2Fb%20c`, {
    differs: "kubectl decodes %2F into a slash, which is another path than the one that was written",
  }),
  at("a path with a space", ({ server }) => `${server.url}/a b`),
  at("a path that is not ASCII", ({ server }) => `${server.url}/é`),
  at("a query", ({ server }) => `${server.url}/k8s?x=1`),
  at("a query and no path", ({ server }) => `${server.url}?x=1`),
  at("a fragment", ({ server }) => `${server.url}/k8s#x`, {
    differs: "kubectl makes the fragment a part of the path, which no server has",
  }),
  at("spaces around", ({ server }) => ` ${server.url} `),
  at("a line break behind it", ({ server }) => `${server.url}\n`),
  at("a tab inside", ({ server }) => server.url.replace("127", "1\t27")),
  at("a backslash", ({ server }) => `${server.url}\\k8s`),
  at("three slashes", ({ server }) => server.url.replace("//", "///")),
  at("one slash", ({ server }) => server.url.replace("//", "/")),
  at("no slash", ({ server }) => server.url.replace("//", "")),
  at("another scheme", ({ server }) => server.url.replace("https", "ftp")),
  at("wss", ({ server }) => server.url.replace("https", "wss")),
  at("no port", () => "https://127.0.0.1/"),
  at("port 0", () => "https://127.0.0.1:0"),
  at("a port that is too high", () => "https://127.0.0.1:99999"),
  at("a port that is no number", () => "https://127.0.0.1:abc"),
  at("an empty port", () => "https://127.0.0.1:"),
  at("an address as one number", ({ server }) => `https://2130706433:${server.port}`),
  at("an address with hexadecimal parts", ({ server }) => `https://0x7f.0.0.1:${server.port}`),
  at("a short address", ({ server }) => `https://127.1:${server.port}`),
  at("an address with leading zeros", ({ server }) => `https://127.000.000.001:${server.port}`),
  at("IPv6 where nothing listens", () => "https://[::1]:1"),
  at("IPv6 without brackets", ({ server }) => `https://::1:${server.port}`),
  at("an IPv4 address in IPv6", ({ server }) => `https://[::ffff:127.0.0.1]:${server.port}`),
  at("a trailing dot", ({ server }) => `https://localhost.:${server.port}`),
  at("a user in it", ({ server }) => server.url.replace("//", "//bob@")),
  at("a user and a password in it", ({ server }) => server.url.replace("//", "//bob:s%20ecret@")),
  withParts(
    "a user and a password in it, and no credential",
    (world) => ({
      cluster: trusted(world, world.server.url.replace("//", "//bob:secret@")),
      user: {},
    }),
    { differs: ASKS },
  ),
  at("a password with an at sign", ({ server }) => server.url.replace("//", "//bob:se@cret@")),
  at("an empty address", () => ""),
  at("only a scheme", () => "https://"),
  withCluster("no server", ({ ca }) => ({ "certificate-authority-data": base64(ca) })),
  withCluster("an empty cluster", () => ({})),
  withCluster("plain HTTP and a token", ({ plain }) => ({ server: plain.url })),
  withCluster("plain HTTP by name", ({ plain }) => ({ server: `http://localhost:${plain.port}` })),
  withCluster("plain HTTP without a scheme", ({ plain }) => ({ server: `127.0.0.1:${plain.port}` })),
  withCluster("plain HTTP with an authority", (world) => trusted(world, world.plain.url)),
  withCluster("plain HTTP that need not be verified", ({ plain }) => ({
    server: plain.url,
    "insecure-skip-tls-verify": true,
  })),
  withParts("plain HTTP and whom to act as", ({ plain }) => ({
    cluster: { server: plain.url },
    user: { token: "t0ken", as: "jane", "as-groups": ["a"] },
  })),
  withParts("plain HTTP and a password", ({ plain }) => ({
    cluster: { server: plain.url },
    user: { username: "a", password: "b" },
  })),
  withParts("plain HTTP and a password in the address", ({ plain }) => ({
    cluster: { server: plain.url.replace("//", "//bob:secret@") },
    user: {},
  })),
  withParts("plain HTTP and a broken user", ({ plain }) => ({
    cluster: { server: plain.url },
    user: { token: "a", username: "b" },
  })),
  withParts("plain HTTP and a plugin", ({ plain }) => ({
    cluster: { server: plain.url },
    user: {
      exec: { command: "./no", apiVersion: "client.authentication.k8s.io/v1", interactiveMode: "Never" },
    },
  })),
  withParts("plain HTTP and a broken certificate", ({ plain }) => ({
    cluster: { server: plain.url },
    user: { "client-certificate-data": "eA==", "client-key-data": "eA==" },
  })),
  withCluster("HTTPS where plain HTTP is", (world) =>
    trusted(world, `https://127.0.0.1:${world.plain.port}`),
  ),
  withCluster("HTTP where HTTPS is", ({ server }) => ({ server: `http://127.0.0.1:${server.port}` })),
];
