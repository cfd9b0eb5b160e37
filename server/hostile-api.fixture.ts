/**
 * An API server that does whatever its row says, and the pods behind it: what is not said it answers as a cluster would,
 * so that each row has one fault alone. Everything is raw sockets from the first byte of an answer on.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { SpdyConnection } from "#server/spdy/connection.ts";
import type { SpdyStream } from "#server/spdy/stream.ts";
import { tunnelDownstream } from "#server/stream/accept/downstream.ts";
import { acceptOf } from "#server/stream/websocket/handshake.ts";

/** The socket is the row's; false: answer as usual. */
export type Say = (request: IncomingMessage, socket: Socket) => boolean;

export function isReview({ url = "" }: IncomingMessage): boolean {
  return url.includes("selfsubjectaccessreviews");
}

/** The 101 of a WebSocket with whatever was offered. */
export function webSocketHead({ headers }: IncomingMessage): string {
  const accept = acceptOf(headers["sec-websocket-key"] ?? "");
  const chosen = headers["sec-websocket-protocol"];
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ${chosen}\r\n\r\n`;
}

export class HostileApi {
  /** Sees every request and upgrade first. */
  say: Say = () => false;
  /** What a program in the pod does with a connection. */
  program: (connection: Duplex) => void = (connection) => connection.resume();
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer({ keepAlive: true }, (request, response) => {
    if (this.say(request, request.socket)) return;
    request.resume().on("end", () => response.end(JSON.stringify(usual(request))));
  });

  async start(): Promise<number> {
    const server = this.#server;
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => this.#sockets.delete(socket));
    });
    server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }

  /** Behaves again, and drops who was misled. */
  reset(): void {
    this.say = () => false;
    this.program = (connection) => connection.resume();
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.reset();
    this.#server.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.say(request, socket as Socket)) return;
    const { pathname, searchParams } = new URL(request.url ?? "", "http://api");
    if (!pathname.endsWith("/portforward")) {
      // A command that reads everything and says nothing.
      socket.write(webSocketHead(request));
      socket.resume();
      return;
    }
    void tunnelDownstream(request, searchParams)
      .accept(socket, head)
      .then((bytes) => this.#serveTunnel(bytes));
  }

  #serveTunnel(bytes: Duplex): void {
    new SpdyConnection(bytes, {
      role: "server",
      onStream: (stream: SpdyStream) => {
        stream.reply();
        if (stream.headers.streamtype === "data") this.program(stream);
        else stream.resume().once("end", () => stream.end());
      },
    });
  }
}

function usual({ url = "" }: IncomingMessage): unknown {
  const { pathname } = new URL(url, "http://api");
  const [, pod] = /\/pods\/([^/]+)$/.exec(pathname) ?? [];
  if (pod) return runningPod(pod);
  if (pathname.includes("/deployments/")) return { spec: { selector: { matchLabels: { app: "any" } } } };
  if (pathname.endsWith("/pods")) return { kind: "PodList", metadata: { resourceVersion: "1" }, items: [] };
  return { status: { allowed: true }, gitVersion: "v1.36.0" };
}

function runningPod(name: string) {
  return {
    kind: "Pod",
    apiVersion: "v1",
    metadata: { name, namespace: "default", uid: `uid-of-${name}`, resourceVersion: "1" },
    spec: { nodeName: "node", containers: [{ name: "main" }] },
    status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
  };
}

/** Upgrades and then neither reads nor writes, so that what a client sends has nowhere to go. */
export function takesNothing(api: HostileApi): void {
  api.say = (request, socket) => {
    if (!request.headers.upgrade) return false;
    socket.pause();
    socket.write(webSocketHead(request));
    return true;
  };
}
