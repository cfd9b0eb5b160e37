/** A tunnel's client as odd as the protocol allows: one message for each byte, and an empty one before it. */
import { Duplex } from "node:stream";
import type { WebSocket } from "ws";

export function splitWrites(socket: WebSocket): Duplex {
  const duplex = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      for (const byte of chunk) {
        socket.send(new Uint8Array(), { binary: true });
        socket.send(Uint8Array.of(byte), { binary: true });
      }
      done();
    },
    final(done) {
      socket.close();
      done();
    },
  });
  socket.on("message", (data: Buffer) => duplex.push(data));
  socket.on("close", () => duplex.push(null));
  return duplex;
}
