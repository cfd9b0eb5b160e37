/**
 * What may go wrong at an API server, and on the way to one, by a switch: each fault says where it acts, and the
 * server around it knows none of them by name. Faults are composed; a stream keeps those that were set when it was
 * opened. Next hop: faulty-socket.ts, for what happens to bytes.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { Channel } from "#protocol/channel.ts";
import { isTunnelSubprotocol } from "#protocol/subprotocol.ts";
import { GoAwayStatus, ResetStatus } from "#server/spdy/frames/constants.ts";
import { encodeDataHeader, encodeGoAway, encodeReset } from "#server/spdy/frames/encode.ts";
import { isSpdyRequest } from "#server/stream/accept/spdy-acceptor.ts";
import type { ChannelSocket } from "#server/stream/types.ts";
import { isWebSocket, offeredSubprotocols } from "#server/stream/websocket/handshake.ts";
import { ApiError } from "../api/api-error.ts";
import type { Interference } from "../streams/interference.ts";
import { FaultySocket, type Passed, type WireFault } from "./faulty-socket.ts";

/** A fault that does not exist, or has a value it cannot have. */
export class FaultError extends Error {
  override readonly name = "FaultError";
  readonly code = "FAULT";
}

interface Fault {
  /** Answers the upgrade instead of the server. */
  refuse?: { upgrade: "websocket" | "spdy"; code: number };
  /** For each connection. */
  wire?(): WireFault;
  /** No exit status leaves. */
  hidesStatus?: boolean;
  /** Every connection to a port of a pod fails with these words. */
  forwardError?: string;
  /** No image holds a command. */
  hidesShell?: boolean;
  /** What becomes of an access review. */
  review?(): Promise<never>;
}

const NOTHING: Passed = { bytes: Buffer.alloc(0) };
/** What comes too early. */
const EARLY = Buffer.from("early");

/** By name: the name of the value it takes, if any, and what it is. */
const FAULTS: Record<string, { value?: "CODE" | "BYTES" | "TEXT"; fault(value: string): Fault }> = {
  "refuse-upgrade": {
    value: "CODE",
    fault: (code) => ({ refuse: { upgrade: "websocket", code: Number(code) } }),
  },
  "refuse-spdy": { value: "CODE", fault: (code) => ({ refuse: { upgrade: "spdy", code: Number(code) } }) },
  /** The connection is cut when so many bytes have travelled, either way. */
  "drop-after": { value: "BYTES", fault: (bytes) => ({ wire: () => dropAfter(Number(bytes)) }) },
  /** The upgrade is accepted, and that was all. */
  stall: { fault: () => ({ wire: () => ({ silent: true }) }) },
  /** The first frame that carries something ends in its middle. */
  "half-frame": {
    fault: () => ({
      wire: () => ({
        frame: ({ bytes, kind }) =>
          kind === "data"
            ? { bytes: bytes.subarray(0, Math.ceil(bytes.length / 2)), close: "cut" }
            : { bytes },
      }),
    }),
  },
  "forward-error": { value: "TEXT", fault: (forwardError) => ({ forwardError }) },
  /** The client's bytes are read at this many a second. */
  "slow-reader": {
    value: "BYTES",
    fault: (rate) => ({ wire: () => ({ readBytesPerSecond: Number(rate) }) }),
  },
  "no-status": { fault: () => ({ hidesStatus: true }) },
  "no-shell": { fault: () => ({ hidesShell: true }) },
  /** A WebSocket is accepted and none of the offered names chosen. */
  "no-subprotocol": {
    fault: () => ({
      wire: () => ({ head: (head) => head.replace(/^Sec-WebSocket-Protocol:.*\r\n/im, "") }),
    }),
  },
  /** Bytes on every SPDY stream before it is accepted. */
  "early-data": {
    fault: () => ({
      wire: () => ({
        frame: ({ bytes, kind, streamId }) =>
          kind === "reply"
            ? { bytes: Buffer.concat([encodeDataHeader(streamId, EARLY.length, false), EARLY, bytes]) }
            : { bytes },
      }),
    }),
  },
  /** As a Go server that shuts down: GOAWAY, and the end of what it sends. */
  goaway: {
    fault: () => ({
      wire: () => ({
        greet: (wire) =>
          wire === "spdy" ? { bytes: encodeGoAway(0, GoAwayStatus.Ok), close: "end" } : NOTHING,
      }),
    }),
  },
  /** Every SPDY stream is reset once it is accepted. A WebSocket of channels has none: its connection is cut. */
  "reset-all": {
    fault: () => ({
      wire: () => ({
        frame({ bytes, kind, streamId }, wire) {
          if (wire === "websocket") return { bytes: NOTHING.bytes, close: "cut" };
          if (kind !== "reply") return { bytes };
          return { bytes: Buffer.concat([bytes, encodeReset(streamId, ResetStatus.Cancel)]) };
        },
      }),
    }),
  },
  /** Whoever asks what they may is told that the server is broken, or nothing at all. */
  "review-fails": {
    fault: () => ({
      review: () => Promise.reject(new ApiError("InternalError", "the authorizer is broken")),
    }),
  },
  "review-hangs": { fault: () => ({ review: () => new Promise(() => {}) }) },
  /** No ping is sent and none is answered; all else goes on. */
  "never-pong": {
    fault: () => ({ wire: () => ({ frame: ({ bytes, kind }) => (kind === "ping" ? NOTHING : { bytes }) }) }),
  },
};

export const FAULT_NAMES = Object.keys(FAULTS);

export class Faults implements Interference {
  #active: Fault[] = [];

  /** @throws FaultError */
  constructor(specs: readonly string[] = []) {
    this.set(...specs);
  }

  /**
   * Replaces what was set; without any, all is well again.
   * @param specs `name` or `name=value`
   * @throws FaultError
   */
  set(...specs: string[]): void {
    this.#active = specs.map(readFault);
  }

  refusal(request: IncomingMessage): { code: number; body: string } | null {
    const upgrade = isWebSocket(request) ? "websocket" : isSpdyRequest(request) ? "spdy" : null;
    const refused = this.#active.find(({ refuse }) => refuse?.upgrade === upgrade)?.refuse;
    return refused ? { code: refused.code, body: "refused by a fault" } : null;
  }

  onSocket(socket: Duplex, request: IncomingMessage): Duplex {
    const tunnels = offeredSubprotocols(request).some(isTunnelSubprotocol);
    const wire = isSpdyRequest(request) ? "spdy" : tunnels ? "tunnel" : "websocket";
    const faults = this.#wireFaults();
    return faults.length > 0 ? new FaultySocket(socket, wire, faults, true) : socket;
  }

  /** What a tunnel carries: the frames in it alone, because its bytes as such meet their faults on the socket. */
  onTunnel(bytes: Duplex): Duplex {
    const faults = this.#wireFaults().filter(({ frame, greet }) => frame || greet);
    return faults.length > 0 ? new FaultySocket(bytes, "spdy", faults, false) : bytes;
  }

  onChannels(channels: ChannelSocket): ChannelSocket {
    if (!this.#active.some(({ hidesStatus }) => hidesStatus)) return channels;
    const send = channels.send.bind(channels);
    channels.send = (channel, payload) => channel === Channel.Error || send(channel, payload);
    return channels;
  }

  onForward(): Promise<never> | null {
    const { forwardError } = this.#active.find((fault) => fault.forwardError !== undefined) ?? {};
    return forwardError === undefined ? null : Promise.reject(new Error(forwardError));
  }

  onReview(): Promise<never> | null {
    return this.#active.find((fault) => fault.review)?.review?.() ?? null;
  }

  get hideShell(): boolean {
    return this.#active.some(({ hidesShell }) => hidesShell === true);
  }

  #wireFaults(): WireFault[] {
    return this.#active.flatMap((fault) => fault.wire?.() ?? []);
  }
}

function dropAfter(bytes: number): WireFault {
  let left = bytes;
  const count = (piece: Buffer): Passed => {
    left -= piece.length;
    return left > 0 ? { bytes: piece } : { bytes: piece.subarray(0, piece.length + left), close: "cut" };
  };
  return { outgoing: count, incoming: count };
}

/** Proxies answer with anything but a 1xx. */
const CODE = /^[2-5]\d\d$/;
const BYTES = /^[1-9]\d{0,11}$/;

function readFault(spec: string): Fault {
  const [name = "", ...rest] = spec.split("=");
  const kind = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined;
  if (!kind)
    throw new FaultError(`there is no fault ${JSON.stringify(name)}; there are ${FAULT_NAMES.join(", ")}`);
  const value = rest.join("=");
  const fits =
    kind.value === undefined
      ? rest.length === 0
      : kind.value === "CODE"
        ? CODE.test(value)
        : kind.value === "BYTES"
          ? BYTES.test(value)
          : value !== "";
  if (fits) return kind.fault(value);
  throw new FaultError(kind.value ? `${name} is set as ${name}=${kind.value}` : `${name} takes no value`);
}
