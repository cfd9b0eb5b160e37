/** A WebSocket first, SPDY when the policy says so (client-go tools/portforward/fallback_dialer.go). */

import type { Fallback } from "#protocol/stream-end.ts";
import type { StreamSubresource } from "#protocol/subprotocol.ts";
import type { Dialer, ExecConnection, ExecTarget, PodTarget, TunnelConnection } from "../types.ts";
import { bothFailed, type FallbackPolicy, fallbackOf, type StreamKind } from "./fallback-policy.ts";

export class FallbackDialer implements Dialer {
  /** @param cluster its key: what is remembered is remembered of one API server and one person */
  constructor(
    private readonly primary: Dialer,
    private readonly secondary: Dialer,
    private readonly policy: FallbackPolicy,
    private readonly cluster: string,
  ) {}

  async dialExec(target: ExecTarget, signal?: AbortSignal): Promise<ExecConnection> {
    if (target.spdyFirst) {
      try {
        return await this.secondary.dialExec(target, signal);
      } catch (error) {
        // A proxy that knows WebSockets alone: translating helps.
        if (!this.policy.fallbackFrom(error)) throw error;
      }
    }
    return this.#dial("exec", target.subresource, target, (dialer) => dialer.dialExec(target, signal));
  }

  dialTunnel(target: PodTarget, signal?: AbortSignal): Promise<TunnelConnection> {
    return this.#dial("portforward", "portforward", target, (dialer) => dialer.dialTunnel(target, signal));
  }

  async #dial<T extends { fallback?: Fallback }>(
    kind: StreamKind,
    subresource: StreamSubresource,
    target: PodTarget,
    dial: (dialer: Dialer) => Promise<T>,
  ): Promise<T> {
    const place = `${this.cluster} ${target.namespace} ${subresource}`;
    const known = this.policy.knownFallback(kind, place);
    if (known !== null) return { ...(await dial(this.secondary)), fallback: known };
    try {
      return await dial(this.primary);
    } catch (error) {
      const refusal = this.policy.fallbackFrom(error);
      if (!refusal) throw error;
      let connection: T;
      try {
        connection = await dial(this.secondary);
      } catch (second) {
        throw bothFailed(refusal, second);
      }
      const fallback = fallbackOf(refusal, subresource);
      this.policy.remember(kind, place, fallback);
      return { ...connection, fallback };
    }
  }
}
