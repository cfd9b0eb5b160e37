/** A dialer that writes down what becomes of each stream: dials that fail, fallbacks, bytes, ends. */

import type { TranslatedAt } from "#protocol/session-event.ts";
import { isStreamEnd, type StreamEnd } from "#protocol/stream-end.ts";
import type { StreamSubresource } from "#protocol/subprotocol.ts";
import type { NodeFeatures } from "#server/kube/api/node-features.ts";
import type { Cluster } from "#server/kube/types.ts";
import { endOf } from "#server/stream/stream-end.ts";
import type {
  Dialer,
  ExecConnection,
  ExecTarget,
  PodTarget,
  TunnelConnection,
} from "#server/stream/types.ts";
import { ObservedChannelSocket } from "./observed-channel-socket.ts";
import type { StreamLog } from "./stream-log.ts";
import type { Dial, StreamRecord } from "./stream-record.ts";

export interface Observed {
  readonly record: StreamRecord;
}

export class ObservedDialer implements Dialer {
  constructor(
    private readonly dialer: Dialer,
    private readonly cluster: Cluster,
    private readonly log: StreamLog,
    private readonly nodes: NodeFeatures,
  ) {}

  async dialExec(target: ExecTarget, signal?: AbortSignal): Promise<ExecConnection & Observed> {
    const dial = this.#dial(target, target.subresource);
    const connection = await this.#dialled(dial, this.dialer.dialExec(target, signal), signal);
    const { subprotocol, transport } = connection.socket;
    const socket = new ObservedChannelSocket(connection.socket, (live) =>
      this.log.open(dial, { ...connection, subprotocol, transport }, live),
    );
    const { record } = socket;
    return { ...connection, socket, record, translatedAt: this.#locate(record, target) };
  }

  async dialTunnel(target: PodTarget, signal?: AbortSignal): Promise<TunnelConnection & Observed> {
    const dial = this.#dial(target, "portforward");
    const connection = await this.#dialled(dial, this.dialer.dialTunnel(target, signal), signal);
    const { bytes } = connection;
    const record = this.log.open(dial, connection, () => ({
      bytesUp: bytes.bytesWritten ?? 0,
      bytesDown: bytes.bytesRead ?? 0,
      channels: null,
      rttMs: bytes.rttMs ?? null,
    }));
    void this.#locate(record, target);
    let failure: Error | null = null;
    bytes.on("error", (error: Error) => {
      failure = error;
    });
    let hungUp = false;
    bytes.once("end", () => {
      hungUp = !bytes.writableEnded;
    });
    bytes.once("close", () => {
      const words = hungUp ? "closed by the API server" : "closed in order";
      record.end(failure ? endOf(failure) : { cause: "closed", words });
    });
    return { ...connection, record, noteEnd: (end) => record.end(end) };
  }

  #dial({ namespace, pod }: PodTarget, subresource: StreamSubresource): Dial {
    return { cluster: this.cluster.name, namespace, pod, subresource, dialledAt: Date.now() };
  }

  async #dialled<T>(dial: Dial, dialling: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    try {
      return await dialling;
    } catch (error) {
      this.log.failed(dial, signal?.aborted ? givenUp(signal) : endOf(error as Error));
      throw error;
    }
  }

  /** Asks for the pod's node after the stream is open: nobody waits for the answer. */
  async #locate(record: StreamRecord, { namespace, pod }: PodTarget): Promise<TranslatedAt> {
    if (record.details.transport === "spdy") return "porthole";
    const extended = await this.nodes.extendsWebSockets(this.cluster, namespace, pod);
    const where = extended === null ? "unknown" : extended ? "kubelet" : "apiserver";
    record.setTranslatedAt(where);
    return where;
  }
}

/** Whoever asked for the stream does not want it any more; a grant that has ended says why. */
function givenUp({ reason }: AbortSignal): StreamEnd {
  return isStreamEnd(reason) ? reason : { cause: "client-left", words: "given up before it opened" };
}
