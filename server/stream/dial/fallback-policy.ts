/**
 * When a stream goes over SPDY although a WebSocket would be better: decided here and nowhere else.
 *
 * Only the handshake's answer counts. No answer (DNS, TCP, TLS, a limit) would be the same over SPDY. 401 and 404 are
 * about the credential and the pod. 403 may be about the method: the WebSocket upgrade is a GET and needs `get`, the
 * SPDY one a POST and needs `create`, and `create` was checked before the dial (protocol.md 1.10 and 6.3).
 */
import type { Fallback, FallbackCode } from "#protocol/stream-end.ts";
import type { StreamSubresource } from "#protocol/subprotocol.ts";
import { MemoryStore } from "#server/state/expiring-store.ts";
import { StreamError, UpgradeError } from "../errors.ts";
import { lacksWebSockets, OLD_KUBELETS } from "./old-kubelet.ts";

export type StreamKind = "exec" | "portforward";

/** A cluster that was upgraded is noticed after this long. */
export const MEMORY_MS = 10 * 60_000;
const MAX_REMEMBERED = 1_000;

/** kubectl's switches: only `false`, in any case, turns WebSockets off. */
const SWITCHES: Record<StreamKind, string> = {
  exec: "KUBECTL_REMOTE_COMMAND_WEBSOCKETS",
  portforward: "KUBECTL_PORT_FORWARD_WEBSOCKETS",
};

export class FallbackPolicy {
  /** Where SPDY worked after a WebSocket did not: why, until it is tried again. */
  readonly #remembered: MemoryStore<Fallback>;

  constructor(
    private readonly env: Record<string, string | undefined>,
    now: () => number = Date.now,
  ) {
    this.#remembered = new MemoryStore({ maxEntries: MAX_REMEMBERED, now });
  }

  /**
   * Why SPDY is to be used at once; null to try a WebSocket first.
   * @param place the cluster and, because rights differ there, the namespace and the subresource
   */
  knownFallback(kind: StreamKind, place: string): Fallback | null {
    if (this.env[SWITCHES[kind]]?.toLowerCase() === "false")
      return { code: "switched-off", words: `${SWITCHES[kind]} is false` };
    return this.#remembered.get(`${kind} ${place}`) ?? null;
  }

  /** The refusal that leads to SPDY; null when the error must reach the caller. */
  fallbackFrom(error: unknown): UpgradeError | null {
    if (!(error instanceof UpgradeError)) return null;
    return error.httpStatus === 401 || error.httpStatus === 404 ? null : error;
  }

  /** SPDY worked where the WebSocket was refused. */
  remember(kind: StreamKind, place: string, fallback: Fallback): void {
    this.#remembered.put(`${kind} ${place}`, fallback, MEMORY_MS);
  }
}

/** Why a WebSocket was not taken, for the page and the metrics. */
export function fallbackOf(refusal: UpgradeError, subresource: StreamSubresource): Fallback {
  const { httpStatus, message } = refusal;
  const because = (code: FallbackCode, words: string): Fallback => ({ code, words, httpStatus });
  if (lacksWebSockets(refusal, subresource)) {
    const said = httpStatus === 403 ? "403 without a reason" : `${httpStatus} (${message})`;
    return because("no-subprotocol", `the WebSocket upgrade was answered ${said}: ${OLD_KUBELETS}`);
  }
  // The API server's own; a proxy's page says nothing of rights.
  if (httpStatus === 403 && refusal.status) {
    const words = `is a GET and was answered 403: this role lacks "get" on pods/${subresource}`;
    return because("lacks-get", `the WebSocket upgrade ${words}`);
  }
  if (httpStatus === 101) return because("wrong-upgrade", `the WebSocket was upgraded wrongly: ${message}`);
  return because("refused", `the WebSocket upgrade was answered ${httpStatus}: ${message}`);
}

/** Both ways failed: what SPDY was told is the error, what the WebSocket was told is not lost. */
export function bothFailed(refusal: UpgradeError, spdy: unknown): Error {
  const first = refusal.message;
  if (spdy instanceof UpgradeError) {
    const same = spdy.message === first && spdy.httpStatus === refusal.httpStatus;
    const message = same ? first : `${spdy.message} (over WebSocket: ${refusal.httpStatus} ${first})`;
    return new UpgradeError(spdy.httpStatus, message, same ? spdy.status : null, { cause: refusal });
  }
  if (spdy instanceof StreamError) {
    return new StreamError(spdy.code, `${spdy.message} (over WebSocket: ${refusal.httpStatus} ${first})`, {
      cause: refusal,
    });
  }
  return spdy as Error;
}
