/** A dialer that writes down what becomes of each stream: fallbacks, bytes, ends. */

import { Channel } from "#protocol/channel.ts";
import type { TranslatedAt } from "#protocol/session-event.ts";
import type { NodeFeatures } from "#server/kube/api/node-features.ts";
import type { Cluster } from "#server/kube/types.ts";
import { DEAD_PEER_WORDS, spdyWords } from "#server/stream/loss-words.ts";
import type {
  ChannelSocket,
  ChannelSocketEvents,
  ExecConnection,
  ExecDialer,
  ExecTarget,
  PodTarget,
  TunnelConnection,
  TunnelDialer,
} from "#server/stream/types.ts";
import type { LiveNumbers, StreamLog, StreamRecord } from "./stream-log.ts";

export interface Observed {
  readonly record: StreamRecord;
}

type Subresource = "exec" | "attach" | "portforward";

export class ObservedDialer implements ExecDialer, TunnelDialer {
  constructor(
    private readonly dialer: ExecDialer & TunnelDialer,
    private readonly cluster: Cluster,
    private readonly log: StreamLog,
    private readonly nodes: NodeFeatures,
  ) {}

  async dialExec(target: ExecTarget, signal?: AbortSignal): Promise<ExecConnection & Observed> {
    const connection = await this.dialer.dialExec(target, signal);
    this.#countFallback(target.subresource, connection);
    const { socket } = connection;
    const observed = new ObservedChannelSocket(socket);
    const record = this.#open(target, target.subresource, { ...connection, ...socketFacts(socket) }, () =>
      observed.numbers(),
    );
    observed.record = record;
    return { ...connection, socket: observed, record, translatedAt: this.#locate(record, target) };
  }

  async dialTunnel(target: PodTarget, signal?: AbortSignal): Promise<TunnelConnection & Observed> {
    const connection = await this.dialer.dialTunnel(target, signal);
    this.#countFallback("portforward", connection);
    const { bytes } = connection;
    const record = this.#open(target, "portforward", connection, () => ({
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
      const orderly = hungUp ? "closed by the API server" : "closed in order";
      const words = failure ? spdyWords(failure) : orderly;
      record.end(words, words === DEAD_PEER_WORDS ? "upstream" : null);
    });
    return { ...connection, record };
  }

  #countFallback(subresource: Subresource, { fallback }: { fallback?: string }): void {
    if (fallback) this.log.metrics.fallbacks.inc({ subresource, reason: fallbackLabel(fallback) });
  }

  #open(
    { namespace, pod }: PodTarget,
    subresource: Subresource,
    opened: { subprotocol: string; transport: "websocket" | "spdy"; handshakeMs: number; fallback?: string },
    live: () => LiveNumbers,
  ): StreamRecord {
    const { subprotocol: upstream, transport, handshakeMs, fallback } = opened;
    const facts = {
      cluster: this.cluster.name,
      namespace,
      pod,
      subresource,
      upstream,
      transport,
      handshakeMs,
    };
    return this.log.open({ ...facts, ...(fallback ? { fallback } : {}) }, live);
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

function socketFacts({ subprotocol, transport }: ChannelSocket) {
  return { subprotocol, transport };
}

/** A handful of values, whatever the sentence says. */
function fallbackLabel(reason: string): string {
  if (reason.includes(" is false")) return "switched_off";
  if (reason.includes("lacks")) return "lacks_get";
  if (reason.includes("do not speak")) return "no_v5";
  return /answered (\d{3})/.exec(reason)?.[1] ?? "wrong_upgrade";
}

class ObservedChannelSocket implements ChannelSocket {
  /** Payload by channel, 0 to 4. */
  readonly #bytes = [0, 0, 0, 0, 0];
  #hadOutput = false;
  record!: StreamRecord;
  readonly subprotocol: string;
  readonly transport: "websocket" | "spdy";

  constructor(private readonly socket: ChannelSocket) {
    this.subprotocol = socket.subprotocol;
    this.transport = socket.transport;
  }

  numbers(): LiveNumbers {
    const [stdin = 0, stdout = 0, stderr = 0, error = 0, resize = 0] = this.#bytes;
    return {
      bytesUp: stdin + resize,
      bytesDown: stdout + stderr + error,
      channels: { stdin, stdout, stderr, error, resize },
      rttMs: this.socket.rttMs,
    };
  }

  #count(channel: number, payload: Uint8Array): void {
    if (channel <= Channel.Resize) this.#bytes[channel]! += payload.byteLength;
  }

  get queuedBytes(): number {
    return this.socket.queuedBytes;
  }

  get rttMs(): number | null {
    return this.socket.rttMs;
  }

  listen(events: ChannelSocketEvents): void {
    this.socket.listen({
      frame: (channel, payload) => {
        // The first frame of an API server is a bare channel byte and proves nothing (protocol.md 1.2).
        if (!this.#hadOutput && payload.byteLength > 0 && channel !== Channel.Error) {
          this.#hadOutput = true;
          this.record.firstByte();
        }
        this.#count(channel, payload);
        events.frame(channel, payload);
      },
      drain: () => events.drain(),
      end: (end) => {
        this.record.end(
          `${end.reason} (close code ${end.code})`,
          end.reason === DEAD_PEER_WORDS ? "upstream" : null,
        );
        events.end(end);
      },
    });
  }

  send(channel: number, payload: Uint8Array): boolean {
    this.#count(channel, payload);
    return this.socket.send(channel, payload);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  close(code: number, reason: string): void {
    this.record.end(reason ? `closed by Porthole: ${reason}` : "closed by Porthole");
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.record.end("dropped by Porthole");
    this.socket.terminate();
  }
}
