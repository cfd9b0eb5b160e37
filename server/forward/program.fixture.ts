/** Programs in a pod, for tests: servers on 127.0.0.1 that note what reached them. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";

/** For expect.poll: what is waited for comes at once on a quiet machine, and later on a busy one. */
export const PATIENT = { timeout: 10_000 } as const;

export class Program {
  /** Every request that arrived, upgrades included. */
  readonly requests: IncomingMessage[] = [];
  /** Connections open now. */
  readonly sockets = new Set<Socket>();
  /** Connections ever accepted. */
  accepted = 0;

  private constructor(readonly server: Server | ReturnType<typeof createTcpServer>) {
    server.on("connection", (socket: Socket) => {
      this.accepted += 1;
      this.sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => this.sockets.delete(socket));
    });
  }

  static async http(listener: RequestListener): Promise<Program> {
    const server = createServer({ requestTimeout: 0 });
    const program = new Program(server);
    server.on("request", (request, response) => {
      program.requests.push(request);
      listener(request, response);
    });
    return program.#listen();
  }

  static async tcp(onConnection: (socket: Socket) => void): Promise<Program> {
    return new Program(createTcpServer({ allowHalfOpen: true }, onConnection)).#listen();
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async #listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const program = await Program.tcp(() => {});
  const { port } = program;
  await program.close();
  return port;
}
