/**
 * A second context for the same cluster and user, whose connections run through a CutProxy. It goes into a file of
 * its own that is merged with the kubeconfig, so the person's file is neither changed nor copied.
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse, stringify } from "yaml";

export const CUT_CONTEXT = "conformance-cut";

interface Kubeconfig {
  "current-context"?: string;
  clusters?: { name: string; cluster: Record<string, unknown> }[];
  contexts?: { name: string; context: Record<string, unknown> }[];
}

export interface CutContext {
  /** Where the proxy leads. */
  host: string;
  port: number;
  /** The file's text for a proxy on this port of loopback. */
  text(proxyPort: number): string;
}

/** @returns a sentence when the context's connections cannot be led through a proxy */
export function cutContext(file: string, name: string | undefined): CutContext | string {
  const config = parse(readFileSync(file, "utf8")) as Kubeconfig;
  const wanted = name ?? config["current-context"];
  const context = config.contexts?.find((one) => one.name === wanted)?.context;
  const cluster = config.clusters?.find((one) => one.name === context?.cluster)?.cluster;
  if (!context || !cluster || typeof cluster.server !== "string") {
    return `the kubeconfig has no usable context ${wanted ?? ""}`;
  }
  if (cluster["proxy-url"]) return "the cluster is reached through a proxy of its own";
  const server = new URL(cluster.server);
  const host = server.hostname.replace(/^\[|\]$/g, "");
  const authority = cluster["certificate-authority"];
  return {
    host,
    port: Number(server.port || (server.protocol === "https:" ? 443 : 80)),
    text(proxyPort) {
      const through = new URL(server);
      through.host = `127.0.0.1:${proxyPort}`;
      return stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [
          {
            name: CUT_CONTEXT,
            cluster: {
              ...cluster,
              server: through.href,
              // The certificate names the cluster, not the proxy.
              "tls-server-name": cluster["tls-server-name"] ?? host,
              ...(typeof authority === "string"
                ? { "certificate-authority": resolve(dirname(file), authority) }
                : {}),
            },
          },
        ],
        contexts: [{ name: CUT_CONTEXT, context: { ...context, cluster: CUT_CONTEXT } }],
      });
    },
  };
}
