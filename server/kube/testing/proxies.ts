/** Real proxies on loopback. Whatever host is asked for, they connect to 127.0.0.1 and record what was asked. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";
import { pipe, startTcpServer } from "./api-server.ts";

export interface TestProxy {
  port: number;
  /** `host:port` of every tunnel asked for. */
  targets: string[];
}

export interface ConnectProxy extends TestProxy {
  /** The headers of every CONNECT. */
  asked: IncomingHttpHeaders[];
}

/** CONNECT; with `credentials` (`user:password`) it answers 407 to everybody else. */
export async function startConnectProxy(
  options: { credentials?: string; tls?: ServerOptions; refuseWith?: number } = {},
): Promise<ConnectProxy> {
  const targets: string[] = [];
  const asked: IncomingHttpHeaders[] = [];
  const server = options.tls ? createTlsServer(options.tls) : createServer();
  server.on("connect", (request, socket: Socket) => {
    targets.push(request.url ?? "");
    asked.push(request.headers);
    const expected = options.credentials && `Basic ${Buffer.from(options.credentials).toString("base64")}`;
    const authorized = !expected || request.headers["proxy-authorization"] === expected;
    const code = authorized ? options.refuseWith : 407;
    if (code) {
      socket.end(`HTTP/1.1 ${code} No\r\nContent-Length: 9\r\n\r\n<secret/>`);
      return;
    }
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    pipe(socket, Number(request.url?.split(":").at(-1)));
  });
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, targets, asked };
}

/** RFC 1928 and RFC 1929, CONNECT with a domain name or an IPv4 address only. */
export async function startSocks5Proxy(
  options: { user?: string; password?: string } = {},
): Promise<TestProxy> {
  const targets: string[] = [];
  const port = await startTcpServer((socket) => {
    serveSocks(socket, targets, options).catch(() => socket.destroy());
  });
  return { port, targets };
}

async function serveSocks(
  socket: Socket,
  targets: string[],
  { user, password }: { user?: string; password?: string },
): Promise<void> {
  const [, methods = 0] = await read(socket, 2);
  const offered = await read(socket, methods);
  const method = user ? 2 : 0;
  if (!offered.includes(method)) {
    socket.end(Buffer.from([5, 0xff]));
    return;
  }
  socket.write(Buffer.from([5, method]));
  if (user) {
    const [, userBytes = 0] = await read(socket, 2);
    const name = (await read(socket, userBytes)).toString();
    const [passwordBytes = 0] = await read(socket, 1);
    const secret = (await read(socket, passwordBytes)).toString();
    const right = name === user && secret === password;
    socket.write(Buffer.from([1, right ? 0 : 1]));
    if (!right) return;
  }
  const [, , , kind] = await read(socket, 4);
  const host =
    kind === 3
      ? (await read(socket, (await read(socket, 1))[0] ?? 0)).toString()
      : [...(await read(socket, 4))].join(".");
  const port = (await read(socket, 2)).readUInt16BE();
  targets.push(`${host}:${port}`);
  if (host === "refused.test") {
    socket.end(Buffer.from([5, 4, 0, 1, 0, 0, 0, 0, 0, 0]));
    return;
  }
  socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
  pipe(socket, port);
}

async function read(socket: Socket, bytes: number): Promise<Buffer> {
  for (;;) {
    const chunk: Buffer | null = bytes === 0 ? Buffer.alloc(0) : socket.read(bytes);
    if (chunk) return chunk;
    if (socket.readableEnded) throw new Error("the client hung up");
    await once(socket, "readable");
  }
}
