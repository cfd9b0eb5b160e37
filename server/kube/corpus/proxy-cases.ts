/** Through which proxy: proxy-url, and the environment. */
import { type CorpusCase, trusted, withCluster } from "./corpus-case.ts";
import type { World } from "./world.ts";

const viaProxy = (
  title: string,
  proxy: (world: World) => string,
  server?: (world: World) => string,
): CorpusCase =>
  withCluster(title, (world) => ({ ...trusted(world, server?.(world)), "proxy-url": proxy(world) }));
const environment = (
  title: string,
  env: (world: World) => Record<string, string>,
  server: (world: World) => string = ({ server }) => `https://kube.test:${server.port}`,
): CorpusCase => withCluster(title, (world) => trusted(world, server(world)), { env });

const far = ({ server }: World) => `https://kube.test:${server.port}`;

export const PROXY_CASES: CorpusCase[] = [
  viaProxy("proxy-url", ({ proxy }) => proxy.url),
  viaProxy("proxy-url to a name only it knows", ({ proxy }) => proxy.url, far),
  viaProxy("proxy-url with credentials", ({ proxy }) => proxy.url.replace("//", "//bob:s%40ecret@")),
  viaProxy("proxy-url with a user alone", ({ proxy }) => proxy.url.replace("//", "//bob@")),
  viaProxy("proxy-url with a path", ({ proxy }) => `${proxy.url}/x?y`),
  viaProxy("proxy-url without a scheme", ({ proxy }) => `127.0.0.1:${proxy.port}`),
  viaProxy("proxy-url with a name and no scheme", ({ proxy }) => `localhost:${proxy.port}`),
  viaProxy("proxy-url of another scheme", ({ proxy }) => proxy.url.replace("http", "ftp")),
  viaProxy("proxy-url with socks4", () => "socks4://127.0.0.1:1"),
  viaProxy("proxy-url with a space", ({ proxy }) => ` ${proxy.url}`),
  viaProxy("proxy-url with a line break", ({ proxy }) => `${proxy.url}\n`),
  viaProxy("proxy-url in capitals", ({ proxy }) => proxy.url.replace("http", "HTTP")),
  viaProxy("proxy-url where nothing listens", () => "http://127.0.0.1:1"),
  viaProxy("proxy-url that is empty", () => ""),
  viaProxy("proxy-url with a port that is too high", () => "http://127.0.0.1:99999"),
  viaProxy("proxy-url that is a word", () => "proxy"),
  viaProxy("proxy-url without a host", () => "http://"),
  withCluster(
    "proxy-url and plain HTTP",
    (world) => ({
      server: `http://kube.test:${world.plain.port}`,
      "proxy-url": world.proxy.url,
    }),
    { differs: "Porthole goes through a proxy by CONNECT alone, for plain HTTP too: the streams need it" },
  ),
  environment("HTTPS_PROXY", ({ proxy }) => ({ HTTPS_PROXY: proxy.url })),
  environment("https_proxy", ({ proxy }) => ({ https_proxy: proxy.url })),
  environment("HTTPS_PROXY and https_proxy", ({ proxy }) => ({
    HTTPS_PROXY: proxy.url,
    https_proxy: "http://127.0.0.1:1",
  })),
  environment("HTTPS_PROXY without a scheme", ({ proxy }) => ({ HTTPS_PROXY: `127.0.0.1:${proxy.port}` })),
  environment("HTTPS_PROXY by name without a scheme", ({ proxy }) => ({
    HTTPS_PROXY: `localhost:${proxy.port}`,
  })),
  environment("HTTPS_PROXY with credentials", ({ proxy }) => ({
    HTTPS_PROXY: proxy.url.replace("//", "//a:b@"),
  })),
  environment("HTTPS_PROXY that is rubbish", () => ({ HTTPS_PROXY: "http://%zz" })),
  withCluster("HTTPS_PROXY of another scheme", (world) => trusted(world, far(world)), {
    env: ({ proxy }) => ({ HTTPS_PROXY: proxy.url.replace("http", "ftp") }),
    differs: "kubectl takes an ftp:// proxy for an http:// one; Porthole says what it cannot be",
  }),
  environment(
    "HTTPS_PROXY for loopback",
    () => ({ HTTPS_PROXY: "http://127.0.0.1:1" }),
    ({ server }) => server.url,
  ),
  environment(
    "HTTPS_PROXY for localhost",
    () => ({ HTTPS_PROXY: "http://127.0.0.1:1" }),
    ({ server }) => `https://localhost:${server.port}`,
  ),
  environment(
    "a bad HTTPS_PROXY for loopback",
    () => ({ HTTPS_PROXY: "http://%zz" }),
    ({ server }) => server.url,
  ),
  environment(
    "HTTP_PROXY for HTTPS",
    () => ({ HTTP_PROXY: "http://127.0.0.1:1" }),
    ({ server }) => server.url,
  ),
  environment("ALL_PROXY", ({ proxy }) => ({ ALL_PROXY: proxy.url })),
  environment("NO_PROXY with the name", ({ proxy }) => ({ HTTPS_PROXY: proxy.url, NO_PROXY: "kube.test" })),
  environment("NO_PROXY with another name", ({ proxy }) => ({
    HTTPS_PROXY: proxy.url,
    NO_PROXY: "ube.test, .kube.test",
  })),
  environment("NO_PROXY with another port", ({ proxy }) => ({
    HTTPS_PROXY: proxy.url,
    NO_PROXY: "kube.test:1",
  })),
  environment("NO_PROXY with a star inside", ({ proxy }) => ({ HTTPS_PROXY: proxy.url, NO_PROXY: "*.test" })),
  environment("NO_PROXY with a star", ({ proxy }) => ({ HTTPS_PROXY: proxy.url, NO_PROXY: "*" })),
  environment("NO_PROXY with spaces as separators", ({ proxy }) => ({
    HTTPS_PROXY: proxy.url,
    NO_PROXY: "a.test kube.test",
  })),
  environment("NO_PROXY in capitals", ({ proxy }) => ({ HTTPS_PROXY: proxy.url, NO_PROXY: "KUBE.TEST" })),
  environment("NO_PROXY and proxy-url", ({ proxy }) => ({ HTTPS_PROXY: proxy.url, NO_PROXY: "" })),
];
