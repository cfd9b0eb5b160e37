/**
 * The loopback addresses beside the one that is listened on. Browsers look for names below localhost at `[::1]` first, and
 * another program of the machine that listened there on our port would be shown a preview's code (threats.md A2).
 */
import { lookup } from "node:dns/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { Server as TlsServer } from "node:tls";

const LOOPBACK = ["::1", "127.0.0.1"];
/** A machine without that address, so that nobody else listens there either. */
const NO_SUCH_ADDRESS = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT"]);

export interface SecondDoors {
  /** What the server itself is to listen on; 0 when there is no second door and any port will do. */
  readonly port: number;
  /** Nobody new comes in; connections stay. */
  close(): void;
}

/**
 * What comes in is the server's, as if it had listened there itself.
 * @param host the address, or a name of it, that the server itself is to listen on
 * @throws the system's error, EADDRINUSE for one
 */
export async function openSecondDoors(server: Server, host: string, port: number): Promise<SecondDoors> {
  const own = await lookup(host).then(
    ({ address }) => address.replace(/^::ffff:/, ""),
    () => host,
  );
  const doors: Server[] = [];
  const close = () => {
    for (const door of doors) door.close();
  };
  let taken = port;
  try {
    for (const address of LOOPBACK) {
      if (address === own) continue;
      const door = doorTo(server);
      if (!(await opened(door, address, taken))) continue;
      doors.push(door);
      taken = (door.address() as AddressInfo).port;
    }
  } catch (error) {
    close();
    throw error;
  }
  return { port: taken, close };
}

function doorTo(server: Server): Server {
  // As Node's servers listen; TLS keeps no half of a connection.
  const door = createServer({ allowHalfOpen: !(server instanceof TlsServer), noDelay: true });
  door.maxConnections = server.maxConnections;
  door.on("connection", (socket) => server.emit("connection", socket));
  door.on("drop", (about) => server.emit("drop", about));
  return door;
}

function opened(door: Server, host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    door.once("error", (error: NodeJS.ErrnoException) => {
      if (NO_SUCH_ADDRESS.has(error.code ?? "")) resolve(false);
      else reject(error);
    });
    door.listen({ host, port, ipv6Only: true }, () => resolve(true));
  });
}
