/**
 * The server role of portforward.k8s.io over one SPDY connection, tunnelled or plain: pairs of an error and a
 * data stream, each pair one TCP connection into the pod (k8s.io/kubelet pkg/cri/streaming/portforward).
 * Next hop: pod-ports.ts.
 */
import type { Duplex } from "node:stream";
import { finished } from "node:stream/promises";
import { SpdyConnection } from "#server/spdy/connection.ts";
import type { SpdyStream } from "#server/spdy/stream.ts";

/** kubelet: the second stream of a pair comes within this time. */
const PAIR_TIMEOUT_MS = 30_000;
const MAX_PORT = 65_535;

interface Pair {
  port: number;
  error: SpdyStream | null;
  data: SpdyStream | null;
  timer: NodeJS.Timeout;
}

export interface PortForwardOptions {
  /** Connects to a port of the pod. The message of what it rejects with goes to the client. */
  dial(port: number): Promise<Duplex>;
  /** Once, when the connection is gone. */
  onEnd(): void;
  pairTimeoutMs?: number;
}

export class PortForwardServer {
  readonly #connection: SpdyConnection;
  /** Incomplete pairs by request id. */
  readonly #pairs = new Map<string, Pair>();

  constructor(
    bytes: Duplex,
    private readonly options: PortForwardOptions,
  ) {
    this.#connection = new SpdyConnection(bytes, {
      role: "server",
      onStream: (stream) => this.#onStream(stream),
      onEnd: () => this.#onEnd(),
    });
  }

  close(): void {
    this.#connection.destroy();
  }

  #onStream(stream: SpdyStream): void {
    const { streamtype: type, port: portText = "" } = stream.headers;
    const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
    if ((type !== "error" && type !== "data") || port < 1 || port > MAX_PORT) {
      stream.reset();
      return;
    }
    const requestId = requestIdOf(stream, type);
    const pair = this.#pairs.get(requestId) ?? this.#addPair(requestId, port);
    if (pair[type] !== null || pair.port !== port) {
      stream.reset();
      return;
    }
    pair[type] = stream;
    // Data that comes before the reply is dropped by client-go, so the reply is first.
    stream.reply();
    if (pair.error && pair.data) {
      clearTimeout(pair.timer);
      this.#pairs.delete(requestId);
      void this.#forward(port, pair.error, pair.data);
    }
  }

  #addPair(requestId: string, port: number): Pair {
    const timer = setTimeout(
      () => this.#onPairTimeout(requestId),
      this.options.pairTimeoutMs ?? PAIR_TIMEOUT_MS,
    );
    timer.unref();
    const pair: Pair = { port, error: null, data: null, timer };
    this.#pairs.set(requestId, pair);
    return pair;
  }

  #onPairTimeout(requestId: string): void {
    const pair = this.#pairs.get(requestId);
    this.#pairs.delete(requestId);
    pair?.error?.end(`(request=${requestId}) timed out waiting for streams`);
    pair?.data?.reset();
  }

  async #forward(port: number, error: SpdyStream, data: SpdyStream): Promise<void> {
    // The client writes nothing to the error stream but its end, and that must be read for the stream to close.
    error.resume();
    let socket: Duplex;
    try {
      socket = await this.options.dial(port);
    } catch (failure) {
      error.end((failure as Error).message);
      data.reset();
      return;
    }
    // A reset or a lost connection while dialling: nobody is there any more.
    if (data.destroyed || data.resetStatus !== null) {
      socket.destroy();
      error.end();
      return;
    }
    // pipe() passes each side's end on and leaves the other direction open for as long as it has bytes.
    data.pipe(socket);
    socket.pipe(data);
    const abandon = () => {
      socket.destroy();
      data.destroy();
    };
    data.once("reset", abandon);
    data.once("error", abandon);
    // Without its end the connection into the pod was cut, and the client must not take that for the end.
    socket.once("error", () => data.reset());
    socket.once("close", () => {
      if (!socket.readableEnded) data.reset();
    });
    await Promise.allSettled([finished(socket), finished(data)]);
    // kubectl closes its local connection only when the error stream has ended too (protocol.md 3.1).
    error.end();
  }

  #onEnd(): void {
    for (const pair of this.#pairs.values()) clearTimeout(pair.timer);
    this.#pairs.clear();
    this.options.onEnd();
  }
}

/** Clients before 1.3 sent no request id: the data stream's id follows its error stream's. */
function requestIdOf(stream: SpdyStream, type: "error" | "data"): string {
  return stream.headers.requestid ?? String(type === "error" ? stream.id : stream.id - 2);
}
