/** Servers on 127.0.0.1 with a port of their own, for tests. Everything they accepted goes down with them. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";

export interface Loopback {
  server: Server;
  port: number;
  origin: string;
  /** Sockets open now. */
  sockets: Set<Socket>;
  close(): Promise<void>;
}

export interface LoopbackHandlers {
  request?(request: IncomingMessage, response: ServerResponse): void;
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export async function listenOnLoopback(
  handlers: LoopbackHandlers,
  server = createServer(),
): Promise<Loopback> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  if (handlers.request) server.on("request", handlers.request);
  if (handlers.upgrade) server.on("upgrade", handlers.upgrade);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    origin: `http://127.0.0.1:${port}`,
    sockets,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Resolves when the condition holds; fails with its description after a limit. Polls, so no timing is assumed. */
export async function until(what: string, condition: () => boolean, limitMs = 10_000): Promise<void> {
  const started = performance.now();
  while (!condition()) {
    if (performance.now() - started > limitMs) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
