/** A dialer of one wire that counts its attempts: a WebSocket that is refused counts, also when SPDY works after it. */
import type { StreamSubresource } from "#protocol/subprotocol.ts";
import type {
  Dialer,
  ExecConnection,
  ExecTarget,
  PodTarget,
  TunnelConnection,
} from "#server/stream/types.ts";
import type { Metrics } from "./metrics.ts";

export class CountedDialer implements Dialer {
  constructor(
    private readonly dialer: Dialer,
    private readonly protocol: "websocket" | "spdy",
    private readonly metrics: Metrics,
  ) {}

  dialExec(target: ExecTarget, signal?: AbortSignal): Promise<ExecConnection> {
    return this.#count(target.subresource, this.dialer.dialExec(target, signal));
  }

  dialTunnel(target: PodTarget, signal?: AbortSignal): Promise<TunnelConnection> {
    return this.#count("portforward", this.dialer.dialTunnel(target, signal));
  }

  async #count<T extends { handshakeMs: number }>(
    subresource: StreamSubresource,
    dialing: Promise<T>,
  ): Promise<T> {
    const { attempts, handshake } = this.metrics;
    const labels = { subresource, protocol: this.protocol };
    try {
      const connection = await dialing;
      attempts.inc({ ...labels, result: "success" });
      handshake.observe(labels, connection.handshakeMs / 1000);
      return connection;
    } catch (error) {
      attempts.inc({ ...labels, result: "failure" });
      throw error;
    }
  }
}
