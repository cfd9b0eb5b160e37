/**
 * Dials the API server over WebSocket: v5.channel.k8s.io for exec and attach, the tunnel for port-forward.
 * Every handshake that is answered with something other than a good 101 becomes an UpgradeError that holds the
 * API server's Status (client-go transport/websocket/roundtripper.go); only that may lead to a fallback.
 */

import { TUNNEL_SUBPROTOCOL, V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { subresourcePath } from "#server/kube/api/subresource-url.ts";
import type { Cluster } from "#server/kube/types.ts";
import type { Dialer, ExecConnection, ExecTarget, PodTarget, TunnelConnection } from "../types.ts";
import { UPSTREAM_HEARTBEAT } from "../websocket/heartbeat.ts";
import { TunnelingConnection } from "../websocket/tunneling-connection.ts";
import { WebSocketChannelSocket } from "../websocket/websocket-channel-socket.ts";
import { upgradeToWebSocket } from "./websocket-upgrade.ts";

export class WebSocketDialer implements Dialer {
  constructor(private readonly cluster: Cluster) {}

  async dialExec(target: ExecTarget, signal?: AbortSignal): Promise<ExecConnection> {
    const path = subresourcePath(target);
    const { connection, handshakeMs } = await upgradeToWebSocket(this.cluster, path, V5_SUBPROTOCOL, signal);
    return {
      socket: new WebSocketChannelSocket(connection, V5_SUBPROTOCOL, UPSTREAM_HEARTBEAT),
      handshakeMs,
    };
  }

  async dialTunnel(target: PodTarget, signal?: AbortSignal): Promise<TunnelConnection> {
    const path = subresourcePath({ ...target, subresource: "portforward" });
    const { connection, handshakeMs } = await upgradeToWebSocket(
      this.cluster,
      path,
      TUNNEL_SUBPROTOCOL,
      signal,
    );
    const bytes = new TunnelingConnection(connection, UPSTREAM_HEARTBEAT);
    return { bytes, subprotocol: TUNNEL_SUBPROTOCOL, transport: "websocket", handshakeMs };
  }
}
