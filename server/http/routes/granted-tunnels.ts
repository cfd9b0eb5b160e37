/**
 * The tunnels of a forward, each under a grant of who made the forward: it lives for days, so the right to `create` is
 * asked for before each of them and again while it is open (docs/threats.md A15, A17).
 */
import { accessErrorOf } from "#server/access/access-error.ts";
import type { Caller } from "#server/access/caller.ts";
import { podRight } from "#server/access/grant.ts";
import type { Grants } from "#server/access/grants.ts";
import type { Cluster } from "#server/kube/types.ts";
import type { ObservedDialer } from "#server/observe/observed-dialer.ts";
import type { PodTarget, TunnelConnection, TunnelDialer } from "#server/stream/types.ts";

export class GrantedTunnels implements TunnelDialer {
  constructor(
    private readonly grants: Grants,
    private readonly caller: Caller,
    private readonly cluster: Cluster,
    private readonly dialerOf: (cluster: Cluster) => ObservedDialer,
  ) {}

  /** @throws AccessError before anything is dialled; UpgradeError, StreamError, KubeError */
  async dialTunnel(target: PodTarget, signal: AbortSignal): Promise<TunnelConnection> {
    const right = podRight("portforward", target.namespace, target.pod);
    const grant = await this.grants.open(this.caller, this.cluster, right, signal);
    try {
      const wanted = AbortSignal.any([signal, grant.signal]);
      const { record, ...connection } = await this.dialerOf(this.cluster).dialTunnel(target, wanted);
      const { bytes } = connection;
      bytes.once("close", () => grant.release());
      // What is open through it ends with it: previews, WebSockets, local TCP connections.
      grant.onEnd((end) => {
        record.end(end);
        bytes.destroy(accessErrorOf(end));
      });
      return connection;
    } catch (error) {
      grant.release();
      throw grant.ended ? accessErrorOf(grant.ended) : error;
    }
  }
}
