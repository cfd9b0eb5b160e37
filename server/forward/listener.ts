/**
 * A TCP port on 127.0.0.1 for one forward, as kubectl port-forward opens it. Every accepted connection is one
 * subrequest and fails alone. Loopback only: whoever reaches the port reaches the pod.
 */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Logger } from "#server/log.ts";
import { ForwardError } from "./errors.ts";
import { cut, splice } from "./splice.ts";
import type { SubrequestSocket } from "./subrequest-socket.ts";

const LOOPBACK = "127.0.0.1";
/** More are refused by the kernel's backlog and then by a reset. */
const MAX_CONNECTIONS = 256;
/** Idle connections of databases live for days; this only finds peers that vanished. */
const TCP_KEEP_ALIVE_MS = 60_000;

/** What the listener needs of its forward. */
interface SubrequestSource {
  subrequest(halfOpen: boolean): Promise<SubrequestSocket>;
  succeeded(): void;
  failed(cause: unknown): ForwardError;
}

export class ForwardListener {
  /** `127.0.0.1:15432` */
  address = "";
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly forward: SubrequestSource,
    private readonly log: Logger,
  ) {
    // Paused: bytes of a connection wait in the kernel until its subrequest is open.
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on("connection", (socket) => void this.#accept(socket));
  }

  /** @throws ForwardError LIMIT when the system gives no port */
  static async open(forward: SubrequestSource, log: Logger): Promise<ForwardListener> {
    const listener = new ForwardListener(forward, log);
    await new Promise<void>((resolve, reject) => {
      listener.#server.once("error", (cause) =>
        reject(new ForwardError("LIMIT", `no local port could be opened: ${cause.message}`, { cause })),
      );
      listener.#server.listen(0, LOOPBACK, resolve);
    });
    const { address, port } = listener.#server.address() as AddressInfo;
    listener.address = `${address}:${port}`;
    listener.#server.on("error", (error) => log.warn({ err: error.message }, "the local port failed"));
    return listener;
  }

  async #accept(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => this.#sockets.delete(socket));
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
    try {
      const pod = await this.forward.subrequest(true);
      pod.once("heard", () => this.forward.succeeded());
      pod.once("error", (error) => {
        if (error instanceof ForwardError) this.forward.failed(error);
      });
      splice(socket, pod);
    } catch (error) {
      this.log.debug({ err: (error as Error).message }, "a local connection could not be forwarded");
      cut(socket);
    }
  }

  /** Closes the port alone. */
  stop(): void {
    this.#server.close();
  }

  /** Closes the port, then every connection through it. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
