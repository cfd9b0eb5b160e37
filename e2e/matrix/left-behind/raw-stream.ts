/** An upgraded connection as its bytes, so that a client can leave in every way that TCP knows. */
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import type { Target } from "../../conformance/target.ts";
import { limited } from "../../waiting.ts";

const HEAD_END = "\r\n\r\n";

export interface RawStream {
  /** What follows the 101. */
  bytes: Duplex;
  /** Below TLS. */
  tcp: Socket;
}

/** @throws Error with the answer that was not a 101 */
export async function openRawStream(
  target: Target,
  method: "GET" | "POST",
  path: string,
  headers: Record<string, string>,
): Promise<RawStream> {
  const { protocol, hostname, port, host } = new URL(target.origin);
  const tcp = connect({ host: hostname, port: Number(port), noDelay: true });
  const bytes: Duplex =
    protocol === "https:"
      ? connectTls({ ...target.tls, socket: tcp, host: hostname, ALPNProtocols: ["http/1.1"] })
      : tcp;
  for (const one of [tcp, bytes]) one.on("error", () => {});
  const lines = Object.entries({ host, ...target.headers, connection: "Upgrade", ...headers });
  bytes.write(
    `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`,
  );
  const head = await limited(readHead(bytes), "the answer to an upgrade");
  if (!head.startsWith("HTTP/1.1 101 ")) {
    tcp.destroy();
    throw new Error(`the upgrade was answered ${head.split("\r\n")[0]}`);
  }
  return { bytes, tcp };
}

function readHead(bytes: Duplex): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = "";
    const onData = (piece: Buffer) => {
      seen += piece.toString("latin1");
      const end = seen.indexOf(HEAD_END);
      if (end < 0) return;
      bytes.off("data", onData).pause();
      bytes.unshift(Buffer.from(seen.slice(end + HEAD_END.length), "latin1"));
      resolve(seen.slice(0, end));
    };
    bytes.on("data", onData);
    bytes.once("close", () => reject(new Error("the connection ended before its answer")));
  });
}
