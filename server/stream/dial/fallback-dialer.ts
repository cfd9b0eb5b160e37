/** A WebSocket first, SPDY when the policy says so (client-go tools/portforward/fallback_dialer.go). */

import type {
  ExecConnection,
  ExecDialer,
  ExecTarget,
  PodTarget,
  TunnelConnection,
  TunnelDialer,
} from "../types.ts";
import { bothFailed, type FallbackPolicy, refusalReason, type StreamKind } from "./fallback-policy.ts";

type Dialer = ExecDialer & TunnelDialer;

export class FallbackDialer implements ExecDialer, TunnelDialer {
  /** @param cluster the context's name: what is remembered is remembered of it */
  constructor(
    private readonly primary: Dialer,
    private readonly secondary: Dialer,
    private readonly policy: FallbackPolicy,
    private readonly cluster: string,
  ) {}

  dialExec(target: ExecTarget, signal?: AbortSignal): Promise<ExecConnection> {
    return this.#dial("exec", target.subresource, target, (dialer) => dialer.dialExec(target, signal));
  }

  dialTunnel(target: PodTarget, signal?: AbortSignal): Promise<TunnelConnection> {
    return this.#dial("portforward", "portforward", target, (dialer) => dialer.dialTunnel(target, signal));
  }

  async #dial<T extends { fallback?: string }>(
    kind: StreamKind,
    subresource: string,
    target: PodTarget,
    dial: (dialer: Dialer) => Promise<T>,
  ): Promise<T> {
    const place = `${this.cluster} ${target.namespace} ${subresource}`;
    const known = this.policy.spdyReason(kind, place);
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
      const reason = refusalReason(refusal, subresource);
      this.policy.remember(kind, place, reason);
      return { ...connection, fallback: reason };
    }
  }
}
