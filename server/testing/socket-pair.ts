/** Two ends of one TCP connection on 127.0.0.1, for tests that want real sockets under them. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface SocketPair {
  near: Socket;
  far: Socket;
  close(): void;
}

export async function socketPair(): Promise<SocketPair> {
  // As Node's HTTP server hands over an upgraded socket: the half this side ends is its own affair.
  const server = createServer({ allowHalfOpen: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const near = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [[far]] = (await Promise.all([once(server, "connection"), once(near, "connect")])) as [
    [Socket],
    unknown,
  ];
  server.close();
  for (const socket of [near, far]) {
    socket.setNoDelay(true);
    socket.on("error", () => {});
  }
  return {
    near,
    far,
    close() {
      near.destroy();
      far.destroy();
    },
  };
}
