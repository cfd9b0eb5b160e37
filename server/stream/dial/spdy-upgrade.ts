/**
 * The client role of the SPDY/3.1 upgrade: POST, one X-Stream-Protocol-Version line for each version offered, then the
 * connection's bytes are SPDY (k8s.io/streaming pkg/httpstream/spdy/roundtripper.go).
 */
import type { Duplex } from "node:stream";
import type { Cluster } from "#server/kube/types.ts";
import { UpgradeError } from "../errors.ts";
import { requestUpgrade } from "./upgrade-request.ts";

export const SPDY_UPGRADE = "SPDY/3.1";
const VERSION_HEADER = "x-stream-protocol-version";

export interface SpdyUpgrade {
  bytes: Duplex;
  /** The version the server chose. */
  protocol: string;
  handshakeMs: number;
}

/**
 * @param path below the server's base path, from kube/api/subresource-url.ts
 * @param offered best first
 * @throws UpgradeError for any answer other than a good 101, StreamError when none came, KubeError for the credential
 */
export async function upgradeToSpdy(
  cluster: Cluster,
  path: string,
  offered: readonly string[],
  signal?: AbortSignal,
): Promise<SpdyUpgrade> {
  const started = performance.now();
  const { socket, response } = await requestUpgrade(cluster, {
    ...{ method: "POST", path, protocol: SPDY_UPGRADE, signal },
    headers: { "X-Stream-Protocol-Version": [...offered] },
  });
  const protocol = response.headers[VERSION_HEADER];
  if (!/spdy\/3\.1/i.test(response.headers.upgrade ?? "")) {
    socket.destroy();
    throw new UpgradeError(101, "the API server upgraded to something other than SPDY/3.1");
  }
  // No version means v1 to client-go; an unknown one makes kubectl panic. Neither is guessed at here.
  const chosen = protocol === undefined ? offered.at(-1)! : String(protocol);
  if (!offered.includes(chosen)) {
    socket.destroy();
    throw new UpgradeError(101, `the API server chose ${chosen.slice(0, 60)}, which was not offered`);
  }
  return { bytes: socket, protocol: chosen, handshakeMs: performance.now() - started };
}
