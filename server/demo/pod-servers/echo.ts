/** What comes back as it came: the bytes of a TCP connection, the messages of a WebSocket. */
import type { IncomingMessage } from "node:http";
import { createServer, type Server } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** More than this on its way back: the client must read before more of it is taken. */
const HIGH_WATER_BYTES = 256 * 1024;

const webSockets = new WebSocketServer({
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: MAX_MESSAGE_BYTES,
});

/** Every byte back, and the end when the client ends. */
export function createTcpEcho(): Server {
  // Half-open: what is still on its way back follows the client's end.
  return createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.pipe(socket);
  });
}

/** Text as text, binary as binary. Answers a bad handshake itself. */
export function acceptEcho(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  webSockets.handleUpgrade(request, socket, head, (ws) => {
    ws.on("message", (data, isBinary) => {
      ws.send(data, { binary: isBinary });
      if (ws.bufferedAmount > HIGH_WATER_BYTES) ws.pause();
    });
    socket.on("drain", () => ws.resume());
    // A message past the limit, or one that is no UTF-8: ws has closed with the right code.
    ws.on("error", () => {});
  });
}
