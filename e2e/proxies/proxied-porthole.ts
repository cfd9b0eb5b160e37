/** Porthole with a real proxy in front of it and one between it and the reference cluster. */
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PortholeProcess } from "../porthole-process.ts";
import {
  freePort,
  type Mode,
  startReferenceCluster,
  temporaryFolder,
} from "../reference/reference-cluster.ts";
import { makeCertificate, type TestCertificate } from "../reference/test-certificate.ts";
import { type Software, startProxyServer } from "./proxy-server.ts";
import { adapted, snippet } from "./snippet.ts";

/** PORTHOLE_LONG=1 takes the timeouts of docs/proxies.md and the sizes of a real day; without it the tests are short. */
export const LONG = process.env.PORTHOLE_LONG === "1";

const MIB = 1024 * 1024;
/** Of each transfer that is proven byte by byte. */
export const PROOF_BYTES = (LONG ? 64 : 4) * MIB;

/** Of docs/proxies.md. */
const DOCUMENTED_SECONDS = 60;
/** The name in the reference cluster's certificate. */
const CLUSTER_NAME = "localhost";

const HEADINGS: Record<Software, { front: string; back: string }> = {
  nginx: {
    front: "nginx in front of Porthole",
    back: "nginx between Porthole and the API server",
  },
  haproxy: {
    front: "HAProxy in front of Porthole",
    back: "HAProxy between Porthole and the API server",
  },
};

export interface ProxiedOptions {
  software: Software;
  mode?: Mode;
  /** In place of the page's 60 seconds. */
  timeoutSeconds?: number;
  /** Changes the configuration between Porthole and the API server: how it should not be. */
  spoilBack?: (configuration: string) => string;
}

export interface ProxiedPorthole {
  /** Of the proxy in front. */
  port: number;
  token: string;
  certificate: TestCertificate;
  /** Its server is the proxy between Porthole and the API server. */
  kubeconfig: string;
  /** The API server goes without a word; everything in between stays. */
  stopCluster(): Promise<void>;
  stop(): Promise<void>;
}

export async function startProxiedPorthole(options: ProxiedOptions): Promise<ProxiedPorthole> {
  const folder = temporaryFolder();
  const stops: (() => Promise<void> | void)[] = [() => folder.remove()];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const certificate = makeCertificate(folder.path);
    // HAProxy wants both in one file.
    await writeFile(
      join(folder.path, "tls.pem"),
      readFileSync(certificate.cert, "utf8") + readFileSync(certificate.key, "utf8"),
    );
    const cluster = await startReferenceCluster(options.mode ?? "phase1");
    stops.push(() => cluster.stop());
    const back = await startBack(options, cluster.kubeconfig, folder.path, certificate);
    stops.push(() => back.stop());

    const [port, ownPort] = [await freePort(), await freePort()];
    const porthole = await PortholeProcess.start([
      ...["--kubeconfig", back.kubeconfig, "--port", String(ownPort), "--behind-proxy"],
      ...["--public-url", `https://127.0.0.1:${port}`, "--preview-domain", `localhost:${port}`],
    ]);
    stops.push(() => porthole.stop());
    const front = await startFront(options, port, ownPort, folder.path, certificate);
    stops.push(() => front.stop());
    const { token } = porthole;
    const stopCluster = () => cluster.stop();
    return { port, token, certificate, kubeconfig: back.kubeconfig, stopCluster, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startFront(
  { software, timeoutSeconds = DOCUMENTED_SECONDS }: ProxiedOptions,
  port: number,
  ownPort: number,
  parent: string,
  { cert, key }: TestCertificate,
) {
  const folder = join(parent, "front");
  await mkdir(folder);
  const timeouts = { "60s": `${timeoutSeconds}s`, "127.0.0.1:7654": `127.0.0.1:${ownPort}` };
  const places: Record<string, string> =
    software === "nginx"
      ? {
          ...{ "listen 443": `listen 127.0.0.1:${port}` },
          ...{ "/etc/nginx/porthole.crt": cert, "/etc/nginx/porthole.key": key },
          ...{ "porthole.example.com": "127.0.0.1", "example.net": "localhost" },
        }
      : { "bind :443": `bind 127.0.0.1:${port}`, "/etc/haproxy/porthole.pem": join(parent, "tls.pem") };
  const configuration = adapted(snippet(HEADINGS[software].front), { ...timeouts, ...places });
  return await startProxyServer(software, configuration, folder);
}

async function startBack(
  { software, timeoutSeconds = DOCUMENTED_SECONDS, spoilBack = (text) => text }: ProxiedOptions,
  clusterKubeconfig: string,
  parent: string,
  { cert, key }: TestCertificate,
) {
  const folder = join(parent, "back");
  await mkdir(folder);
  const port = await freePort();
  const original = readFileSync(clusterKubeconfig, "utf8");
  const [, server = "", ca = ""] =
    /server: "https:\/\/([^"]+)", certificate-authority-data: ([^}\s]+)/.exec(original) ?? [];
  const caFile = join(folder, "kube-ca.crt");
  await writeFile(caFile, Buffer.from(ca, "base64"));
  const everywhere = {
    "60s": `${timeoutSeconds}s`,
    "10.0.0.10:6443": server,
    "kubernetes.default.svc": CLUSTER_NAME,
  };
  const places: Record<string, string> =
    software === "nginx"
      ? {
          "listen 6443": `listen 127.0.0.1:${port}`,
          ...{ "/etc/nginx/kube.crt": cert, "/etc/nginx/kube.key": key, "/etc/nginx/kube-ca.crt": caFile },
          "kube.example.com": "127.0.0.1",
        }
      : {
          "bind :6443": `bind 127.0.0.1:${port}`,
          ...{ "/etc/haproxy/kube.pem": join(parent, "tls.pem"), "/etc/haproxy/kube-ca.crt": caFile },
        };
  const configuration = adapted(snippet(HEADINGS[software].back), { ...everywhere, ...places });
  const running = await startProxyServer(software, spoilBack(configuration), folder);
  const kubeconfig = join(folder, "kubeconfig");
  const ownCa = readFileSync(cert).toString("base64");
  await writeFile(kubeconfig, original.replace(server, `127.0.0.1:${port}`).replace(ca, ownCa));
  return { kubeconfig, stop: () => running.stop() };
}
