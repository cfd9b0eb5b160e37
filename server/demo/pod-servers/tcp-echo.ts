/** A raw TCP echo: every byte back, and the end when the client ends. */
import { createServer, type Server } from "node:net";

export function createTcpEcho(): Server {
  // Half-open: what is still on its way back follows the client's end.
  return createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.pipe(socket);
  });
}
