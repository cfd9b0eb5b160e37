/**
 * Small real proxies of the kind a company has on the way out: HTTP CONNECT and SOCKS 5 (RFC 1928), with a password when
 * one is given. Whatever name is asked for, they connect to this machine, and remember what was asked.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { TestCertificate } from "../reference/test-certificate.ts";

export interface OutgoingProxy {
  /** With user and password when it wants them. */
  url: string;
  /** `host:port` of every tunnel. */
  targets: string[];
  stop(): Promise<void>;
}

export interface Login {
  user: string;
  password: string;
}

/** @param tls the proxy itself is reached over TLS */
export async function startConnectProxy(login?: Login, tls?: TestCertificate): Promise<OutgoingProxy> {
  const refuse: RequestListener = (_request, response) => response.writeHead(405).end();
  const server = tls
    ? createHttpsServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, refuse)
    : createHttpServer(refuse);
  const targets: string[] = [];
  const expected = login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}`;
  server.on("connect", (request, socket: Socket) => {
    if (expected && request.headers["proxy-authorization"] !== expected) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    targets.push(request.url ?? "");
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    join(socket, Number(request.url?.split(":").at(-1)));
  });
  return await listening(server, tls ? "https" : "http", targets, login);
}

export async function startSocksProxy(login?: Login): Promise<OutgoingProxy> {
  const targets: string[] = [];
  const server = createServer((socket) => {
    greet(socket, targets, login).catch(() => socket.destroy());
  });
  return await listening(server, "socks5", targets, login);
}

async function listening(
  server: Server | HttpServer,
  scheme: string,
  targets: string[],
  login: Login | undefined,
): Promise<OutgoingProxy> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://${login ? `${login.user}:${login.password}@` : ""}127.0.0.1:${port}`,
    targets,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Method, password (RFC 1929), CONNECT with a name or an IPv4 address, and the answer. */
async function greet(socket: Socket, targets: string[], login: Login | undefined): Promise<void> {
  const [, methods = 0] = await read(socket, 2);
  await read(socket, methods);
  socket.write(Buffer.from([5, login ? 2 : 0]));
  if (login) {
    const [, userBytes = 0] = await read(socket, 2);
    const user = (await read(socket, userBytes)).toString();
    const [passwordBytes = 0] = await read(socket, 1);
    const right = user === login.user && (await read(socket, passwordBytes)).toString() === login.password;
    socket.write(Buffer.from([1, right ? 0 : 1]));
    if (!right) return;
  }
  const [, , , kind] = await read(socket, 4);
  const [nameBytes = 0] = kind === 3 ? await read(socket, 1) : [];
  const host =
    kind === 3 ? (await read(socket, nameBytes)).toString() : [...(await read(socket, 4))].join(".");
  const port = (await read(socket, 2)).readUInt16BE();
  targets.push(`${host}:${port}`);
  socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
  join(socket, port);
}

async function read(socket: Socket, bytes: number): Promise<Buffer> {
  for (;;) {
    const chunk: Buffer | null = bytes === 0 ? Buffer.alloc(0) : socket.read(bytes);
    if (chunk) return chunk;
    if (socket.readableEnded || socket.destroyed) throw new Error("the client hung up");
    await once(socket, "readable");
  }
}

/** Both ways, until one of them ends. */
function join(socket: Socket, port: number): void {
  const upstream = connect(port, "127.0.0.1");
  upstream.on("error", () => socket.destroy());
  upstream.on("close", () => socket.destroy());
  socket.on("close", () => upstream.destroy());
  upstream.pipe(socket);
  socket.pipe(upstream);
}
