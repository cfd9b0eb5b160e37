/**
 * The old WebSocket port-forward of kubelets, which JavaScript clients still use: no SPDY, no half-close, one TCP
 * connection for each port named in the query (kubelet pkg/cri/streaming/portforward/websocket.go).
 *
 * Port i has channel 2i for data, both ways, and 2i+1 for error text, server to client. Right after the upgrade the
 * server writes on each the channel byte and the port as two bytes, little endian.
 *
 * It is dressed as a SPDY client, so whatever serves tunnels serves it.
 */
import type { Duplex } from "node:stream";
import { encodeText } from "#protocol/text.ts";
import { SpdyConnection } from "#server/spdy/connection.ts";
import type { SpdyStream } from "#server/spdy/stream.ts";
import { StreamError } from "../errors.ts";
import { closeWithin } from "../relay/channel-relay.ts";
import { RESET_WORDS } from "../stream-end.ts";
import type { ChannelSocket } from "../types.ts";
import { duplexPair } from "./duplex-pair.ts";
import { SubrequestPair } from "./subrequest-pair.ts";

/** A channel is one byte and each port takes two; nobody forwards this many. */
export const MAX_LEGACY_PORTS = 32;

/**
 * `ports=80&ports=443` as clients send it, or `port=80,443` as kubelets read it.
 * @returns null when a port is missing or is none
 */
export function legacyPorts(query: URLSearchParams): number[] | null {
  const ports = [...query.getAll("ports"), ...query.getAll("port")].flatMap((value) => value.split(","));
  if (ports.length === 0 || ports.length > MAX_LEGACY_PORTS) return null;
  const numbers = ports.map((port) => (/^\d{1,5}$/.test(port) ? Number(port) : 0));
  return numbers.every((port) => port >= 1 && port <= 65_535) ? numbers : null;
}

/** @returns the SPDY side: bytes as a tunnel's client would send them */
export function legacyTunnel(socket: ChannelSocket, ports: readonly number[]): Duplex {
  const [near, far] = duplexPair();
  const connection = new SpdyConnection(near, { role: "client", onEnd: () => close() });
  const data: SpdyStream[] = [];
  let open = ports.length;
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    socket.close({ cause: "closed", words: "the connection is over" });
    void connection.close();
  };
  // Dropped, not ended: it is not for a client that ignores the close to say when it is over.
  far.once("error", (error: Error) => {
    const stops = error instanceof StreamError && error.code === "GOING_AWAY";
    closeWithin(socket, { cause: stops ? "shutdown" : "closed", words: error.message });
  });
  const portOver = () => {
    open -= 1;
    if (open === 0) close();
  };

  for (const [index, port] of ports.entries()) {
    const pair = new SubrequestPair(connection, port, index, (text) => socket.send(2 * index + 1, text));
    // At once: what the client sends may follow its upgrade without a pause.
    const stream = pair.openData();
    data.push(stream);
    const portBytes = Uint8Array.of(port & 0xff, port >> 8);
    socket.send(2 * index, portBytes);
    socket.send(2 * index + 1, portBytes);
    stream.on("data", (bytes: Buffer) => {
      // One socket carries all ports: a slow client stops them all.
      if (!socket.send(2 * index, bytes)) for (const one of data) one.pause();
    });
    stream.on("drain", () => socket.resume());
    stream.once("reset", () => {
      // This form knows no reset; text is how it says that what came is not the whole.
      if (pair.outcome === "cut") socket.send(2 * index + 1, encodeText(RESET_WORDS));
    });
    // Both streams must be over: the error's text comes after the data's end.
    pair.onOver(portOver);
  }

  socket.listen({
    frame(channel, payload) {
      const stream = channel % 2 === 0 ? data[channel / 2] : undefined;
      if (stream?.writable && payload.byteLength > 0 && !stream.write(Buffer.from(payload))) socket.pause();
    },
    drain() {
      for (const one of data) one.resume();
    },
    end: close,
  });
  return far;
}
