/** What listens in the "pod": a forwarded port N of the reference cluster is 127.0.0.1:N of this machine. */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { LONG } from "./proxied-porthole.ts";

const MIB = 1024 * 1024;
export const LARGE_BYTES = (LONG ? 64 : 16) * MIB;

export interface PodWeb {
  port: number;
  stop(): Promise<void>;
}

/** `/large` answers LARGE_BYTES, `/echo` what is sent as it comes, anything else the SHA-256 of what was sent; WebSockets echo and never speak first. */
export async function startPodWeb(): Promise<PodWeb> {
  const server = createServer((incoming, response) => {
    if (incoming.url === "/large") {
      response.end(Buffer.alloc(LARGE_BYTES, "x"));
      return;
    }
    if (incoming.url === "/echo") {
      incoming.pipe(response);
      return;
    }
    const hash = createHash("sha256");
    incoming.on("data", (chunk: Buffer) => hash.update(chunk));
    // A head larger than the 4 KiB that proxies expect.
    response.setHeader("x-large", "h".repeat(8 * 1024));
    // Would send an nginx elsewhere that listens to its backends.
    response.setHeader("x-accel-redirect", "/elsewhere");
    incoming.on("end", () => response.end(hash.digest("hex")));
  });
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(`echo ${data}`)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
