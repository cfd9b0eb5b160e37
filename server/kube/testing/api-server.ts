/** A real HTTP or HTTPS server on loopback that records what it was asked, upgrades too; the test says what it answers. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { onTestFinished } from "vitest";

export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  rawHeaders: string[];
  body: string;
  /** Common name of the client certificate. */
  client: string | undefined;
  /** The port it came from: equal for requests on one connection. */
  from: number | undefined;
}

export interface TestServer {
  port: number;
  /** http:// or https:// and 127.0.0.1. */
  url: string;
  seen: SeenRequest[];
  /** TCP connections accepted. */
  connections: () => number;
  /** Those open now. */
  open: () => number;
}

export type Handler = (request: SeenRequest, response: ServerResponse) => void;
export type UpgradeHandler = (request: SeenRequest, socket: Duplex) => void;

/** @param upgrade without one, upgrades are requests like others */
export async function startApiServer(
  handler: Handler,
  tls?: ServerOptions,
  upgrade?: UpgradeHandler,
): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  const see = ({ method = "", url = "", headers, rawHeaders, socket }: IncomingMessage, body: string) => {
    const certificate = tls ? (socket as TLSSocket).getPeerCertificate() : undefined;
    const client = certificate?.subject?.CN as string | undefined;
    const one = { method, url, headers, rawHeaders, body, client, from: socket.remotePort };
    seen.push(one);
    return one;
  };
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    handler(see(request, body), response);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  if (upgrade) {
    server.on("upgrade", (request, socket) => {
      socket.on("error", () => {});
      upgrade(see(request, ""), socket);
    });
  }
  let connections = 0;
  const open = new Set<Duplex>();
  server.on("connection", (socket: Socket) => {
    connections += 1;
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  const port = await listen(server, open);
  const url = `${tls ? "https" : "http"}://127.0.0.1:${port}`;
  return { port, url, seen, connections: () => connections, open: () => open.size };
}

export function answerJson(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}

/** Answers 101 and says something in the same packet. */
export function acceptUpgrade(socket: Duplex, protocol: string, first = ""): void {
  socket.once("end", () => socket.destroy());
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n${first}`,
  );
}

/** A TCP server whose connections the test handles byte by byte. */
export async function startTcpServer(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Joins two sockets until one of them ends. */
export function pipe(socket: Socket, port: number): void {
  const upstream = connect(port, "127.0.0.1");
  upstream.on("error", () => socket.destroy());
  socket.on("error", () => upstream.destroy());
  socket.on("close", () => upstream.destroy());
  upstream.pipe(socket);
  socket.pipe(upstream);
}

async function listen(server: Server, open: ReadonlySet<Duplex>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    // Upgraded ones are not the server's any more.
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}
