/** A TCP port of this machine whose connections a client carries into the pod. */
import { createServer, type Socket } from "node:net";
import type { LocalPort } from "./client.ts";

/** @param carry one connection, to its end @param close what the listener stood on */
export async function listenLocally(
  carry: (socket: Socket) => Promise<void>,
  close: () => void,
): Promise<LocalPort> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    carry(socket).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    async stop() {
      for (const socket of sockets) socket.destroy();
      close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
