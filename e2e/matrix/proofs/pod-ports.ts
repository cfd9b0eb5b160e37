/**
 * What listens in the pods: on loopback of this machine, where the reference cluster and the demo cluster lead ports
 * that no pod of theirs serves. An echo of raw TCP, and a web server with random data up and down.
 */
import { createHash } from "node:crypto";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { RandomBytes } from "../../conformance/peers/random-bytes.ts";
import { POD_PAGE } from "../clients/pod-page.ts";

const MAX_RANDOM_BYTES = 1024 ** 3;
/** On a busy machine Node's 5 s would close an idle connection just as the next upload comes on it. */
const KEEP_ALIVE_MS = 60_000;

export interface PodPorts {
  webPort: number;
  echoPort: number;
  stop(): Promise<void>;
}

export async function startPodPorts(): Promise<PodPorts> {
  const sockets = new Set<Socket>();
  const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
  const sent = new Map<string, RandomBytes>();
  const web = createHttpServer((request, response) => answer(request, response, sent));
  web.keepAliveTimeout = KEEP_ALIVE_MS;
  for (const server of [echo, web]) {
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.once("close", () => sockets.delete(socket));
    });
  }
  return {
    webPort: await listen(web),
    echoPort: await listen(echo),
    async stop() {
      for (const socket of sockets) socket.destroy();
      for (const server of [echo, web]) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `POST /upload` answers the SHA-256; `GET /random?bytes=N&id=I` sends, and `GET /sha256?id=I` says what it was. */
function answer(request: IncomingMessage, response: ServerResponse, sent: Map<string, RandomBytes>): void {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://pod");
  const id = searchParams.get("id") ?? "";
  if (pathname === "/upload") void answerUpload(request, response);
  else if (pathname === "/sha256") response.end(sent.get(id)?.sha256 ?? "");
  else if (pathname === "/random") {
    const random = new RandomBytes(Math.min(Number(searchParams.get("bytes")) || 0, MAX_RANDOM_BYTES));
    sent.set(id, random);
    void send(random, response);
  } else {
    response.setHeader("content-type", "text/html");
    response.end(POD_PAGE);
  }
}

async function answerUpload(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash = createHash("sha256");
  try {
    for await (const piece of request) hash.update(piece as Buffer);
  } catch {
    // Whoever sent left before the end.
    return;
  }
  response.end(hash.digest("hex"));
}

async function send(random: RandomBytes, response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-length": random.bytes });
  // Whoever asked may leave before the end.
  await pipeline(Readable.from(random.pieces()), response).catch(() => {});
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
}
