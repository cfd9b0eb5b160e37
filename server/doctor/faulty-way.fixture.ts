/** A TCP relay that does to upgraded connections what bad proxies do. Plain requests pass. */
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface Faults {
  /** Nothing of an upgrade is passed on. */
  holdUpgrades?: boolean;
  /** Cuts when the client has sent so many bytes after its request. */
  cutAfterBytes?: number;
  /** Cuts when a WebSocket frame of the client is longer. */
  cutFramesAbove?: number;
  /** Cuts after this time, whatever travels. */
  cutAfterMs?: number;
  /** From then on nothing is passed on, and the connection stays. */
  forgetAfterMs?: number;
  /** The answer to the upgrade passes, and nothing after it. */
  muteAfterUpgrade?: boolean;
}

export interface FaultyWay {
  url: string;
  /** Connections open now. */
  open(): number;
}

/** @returns an http:// address; the server behind it is on loopback */
export async function startFaultyWay(port: number, faults: Faults): Promise<FaultyWay> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    for (const [socket, peer] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        peer.destroy();
      });
    }
    client.once("data", (head) => {
      if (/^upgrade:/im.test(head.toString("latin1"))) relayUpgrade(client, upstream, head, faults);
      else {
        upstream.write(head);
        client.pipe(upstream);
        upstream.pipe(client);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port: own } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${own}`, open: () => sockets.size };
}

function relayUpgrade(client: Socket, upstream: Socket, head: Buffer, faults: Faults): void {
  if (faults.holdUpgrades) return;
  let forgotten = false;
  const after = (ms: number | undefined, act: () => void) => {
    if (ms === undefined) return;
    const timer = setTimeout(act, ms);
    client.once("close", () => clearTimeout(timer));
  };
  after(faults.cutAfterMs, () => client.destroy());
  after(faults.forgetAfterMs, () => {
    forgotten = true;
  });
  upstream.write(head);
  let answered = false;
  upstream.on("data", (bytes) => {
    if (!forgotten && !(answered && faults.muteAfterUpgrade)) client.write(bytes);
    answered = true;
  });
  let sent = 0;
  const tooLong = frameLengths((length) => length > (faults.cutFramesAbove ?? Number.POSITIVE_INFINITY));
  client.on("data", (bytes) => {
    sent += bytes.byteLength;
    if (sent > (faults.cutAfterBytes ?? Number.POSITIVE_INFINITY) || tooLong(bytes)) client.destroy();
    else if (!forgotten) upstream.write(bytes);
  });
}

/** Walks over masked frames (RFC 6455 section 5.2), whatever pieces they come in. */
function frameLengths(matches: (length: number) => boolean): (bytes: Buffer) => boolean {
  let rest = Buffer.alloc(0);
  let skip = 0;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const step = Math.min(skip, rest.byteLength);
      rest = rest.subarray(step);
      skip -= step;
      const short = (rest[1] ?? 0) & 0x7f;
      const headerBytes = short === 126 ? 8 : short === 127 ? 14 : 6;
      if (skip > 0 || rest.byteLength < headerBytes) return false;
      const length =
        short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short;
      if (matches(length)) return true;
      skip = headerBytes + length;
    }
  };
}
