/** Flags against flags: what each alone may be and both together must not (threats.md A34, B4). */
import { isLoopback, isLoopbackUrl } from "./addresses.ts";
import { ConfigError } from "./config-error.ts";

/** How Porthole is reached. */
export interface Reach {
  host: string;
  behindProxy: boolean;
  publicUrl: URL | undefined;
}

/** Which flag says that others than this machine's own user come in; null: only they do. */
export function opensToOthers({ host, behindProxy, publicUrl }: Reach): string | null {
  if (behindProxy) return "--behind-proxy";
  if (!isLoopback(host)) return `--host ${host}`;
  if (publicUrl && !isLoopbackUrl(publicUrl)) return `--public-url ${publicUrl.origin}`;
  return null;
}

export interface Combination extends Reach {
  tls: unknown;
  demo: boolean;
  dev: boolean;
}

/** @throws ConfigError */
export function checkCombination(config: Combination): void {
  const { host, behindProxy, publicUrl, tls, demo, dev } = config;
  const others = opensToOthers(config);
  // Its containers are processes of this machine.
  if (demo && others) {
    throw new ConfigError(
      `--demo is for this machine alone, on loopback: a shell in it runs as you. Leave out ${others}`,
    );
  }
  if (dev && others) throw new ConfigError(`--dev is for this machine alone: leave out ${others}`);
  if (!isLoopback(host) && !tls && !behindProxy) {
    throw new ConfigError(
      `--host ${host} is not loopback, so tokens would travel in the clear: give --tls-cert and --tls-key, or --behind-proxy when TLS ends in front`,
    );
  }
  if (publicUrl?.protocol !== "http:") return;
  if (!isLoopbackUrl(publicUrl)) {
    throw new ConfigError(
      `--public-url ${publicUrl.origin} is without TLS, so tokens would travel in the clear: give an https URL`,
    );
  }
  if (tls) {
    throw new ConfigError(
      `--public-url ${publicUrl.origin} is http, and --tls-cert makes Porthole serve https`,
    );
  }
}

/**
 * Which flag or variable says that a real cluster is meant, so that the demo must not stand in for it: somebody else's
 * shell on this machine, or in Porthole's own pod, is worse than no start. Null: nobody said anything.
 */
export function meansRealCluster(
  config: Reach & { kubeconfig: string | undefined; context: string | undefined },
  env: NodeJS.ProcessEnv,
): string | null {
  if (config.kubeconfig !== undefined) return "--kubeconfig";
  if (config.context !== undefined) return "--context";
  return opensToOthers(config) ?? (env.KUBERNETES_SERVICE_HOST ? "KUBERNETES_SERVICE_HOST" : null);
}
