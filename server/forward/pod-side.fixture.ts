/**
 * The other end of a tunnel, for tests: what API server, kubelet and runtime do together. Speaks SPDY in the
 * server role over real sockets and connects each stream pair to a port of 127.0.0.1. With it, the smallest cluster
 * that a forward finds its pod in, and a log that says nothing.
 */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { KubeError } from "#server/kube/errors.ts";
import { createLogger, type Logger } from "#server/log.ts";
import { SpdyConnection } from "#server/spdy/connection.ts";
import type { SpdyStream } from "#server/spdy/stream.ts";
import type { PodTarget, TunnelConnection, TunnelDialer } from "#server/stream/types.ts";

export const silent: Logger = createLogger("json", "silent");

/** A cluster whose one pod always runs, whatever it is asked for; its credential may not watch. */
export class OnePodCluster {
  pod = "web";

  refusal(): Promise<never> {
    return this.request();
  }

  request(): Promise<never> {
    return Promise.reject(new KubeError("STATUS", "pods is forbidden", { httpStatus: 403 }));
  }

  async json<T>(): Promise<T> {
    return { metadata: { name: this.pod, uid: `uid-of-${this.pod}` }, status: { phase: "Running" } } as T;
  }
}

export class PodSide implements TunnelDialer {
  /** Pods that were dialled, in order. */
  readonly dialled: string[] = [];
  readonly connections = new Set<SpdyConnection>();
  /** Connections to programs in the pod. */
  readonly programs = new Set<Socket>();
  /** Throws instead of dialling. */
  refusal: Error | null = null;
  /** Where a port of the pod really is. */
  portOf = (port: number): number => port;
  /** Sees each data stream before it is connected; true means that it is taken care of. */
  intercept: ((data: SpdyStream, error: SpdyStream) => boolean) | null = null;

  get streams(): number {
    return [...this.connections].reduce((sum, connection) => sum + connection.streamCount, 0);
  }

  async dialTunnel(target: PodTarget): Promise<TunnelConnection> {
    this.dialled.push(target.pod);
    if (this.refusal) throw this.refusal;
    const [near, far] = await socketPair();
    this.#serve(far);
    return {
      bytes: near,
      subprotocol: "SPDY/3.1+portforward.k8s.io",
      transport: "websocket",
      handshakeMs: 1,
    };
  }

  /** Drops every tunnel as a lost network does. */
  drop(): void {
    for (const connection of this.connections) connection.destroy();
  }

  close(): void {
    this.drop();
    for (const program of this.programs) program.destroy();
  }

  #serve(bytes: Socket): void {
    const waiting = new Map<string, SpdyStream>();
    const connection = new SpdyConnection(bytes, {
      role: "server",
      onStream: (stream) => {
        stream.reply();
        const { streamtype, requestid = "" } = stream.headers;
        if (streamtype === "error") {
          waiting.set(requestid, stream);
          stream.resume();
          return;
        }
        const errorStream = waiting.get(requestid);
        waiting.delete(requestid);
        if (!errorStream) throw new Error("a data stream came before its error stream");
        if (!this.intercept?.(stream, errorStream)) this.#connect(stream, errorStream);
      },
      onEnd: () => this.connections.delete(connection),
    });
    this.connections.add(connection);
  }

  #connect(data: SpdyStream, errorStream: SpdyStream): void {
    const port = this.portOf(Number(data.headers.port));
    const program = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    this.programs.add(program);
    program.setNoDelay(true);
    program.on("error", (error: Error & { code?: string }) => {
      if (error.code === "ECONNREFUSED") {
        errorStream.end(
          `error forwarding port ${port} to pod 1234, uid : failed to connect to localhost:${port} inside namespace "1234", IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused`,
        );
      }
    });
    program.once("close", () => {
      this.programs.delete(program);
      if (program.errored) data.reset();
      else data.end();
      errorStream.end();
    });
    data.once("reset", () => program.destroy());
    data.once("error", () => program.destroy());
    data.pipe(program);
    program.pipe(data);
  }
}

/** Two ends of one TCP connection over loopback. */
async function socketPair(): Promise<[Socket, Socket]> {
  const server = createServer({ noDelay: true });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const near = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", noDelay: true });
  const far = await accepted;
  server.close();
  return [near, far];
}
