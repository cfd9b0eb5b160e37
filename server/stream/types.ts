/**
 * The two shapes every stream has, whichever wire carries it. exec and attach are a ChannelSocket (v5 frames),
 * port-forward is a byte Duplex that carries SPDY/3.1. Relaying is joining two of a kind; translating is
 * dressing one wire as the other. Next hop: websocket-dialer.ts (upstream), websocket-acceptor.ts (downstream).
 */
import type { Duplex } from "node:stream";
import type { TranslatedAt } from "#protocol/session-event.ts";
import type { Fallback, StreamEnd } from "#protocol/stream-end.ts";
import type { ExecSubresource } from "#protocol/subprotocol.ts";

/** How a ChannelSocket ended, seen from this side. */
export interface SocketEnd extends StreamEnd {
  /** The close code received; 1006 when the connection was lost without one. */
  code: number;
}

export interface ChannelSocketEvents {
  /**
   * Bytes on a channel, valid until this returns; empty for a bare channel byte. What a client sends comes frame by
   * frame. An API server's frame may come in pieces: output has no borders, and a status is collected until the end.
   */
  frame(channel: number, payload: Uint8Array): void;
  /** What was queued by send() has left; send again. */
  drain(): void;
  /** Once; nothing follows. */
  end(end: SocketEnd): void;
}

/** A stream of v5 frames with backpressure both ways. */
export interface ChannelSocket {
  /** The negotiated name, for example v5.channel.k8s.io or, over SPDY, v4.channel.k8s.io. */
  readonly subprotocol: string;
  readonly transport: "websocket" | "spdy";
  /** Call once, at once: frames that came before wait for it. */
  listen(events: ChannelSocketEvents): void;
  /** Sends one frame; the payload is copied. False: more than SEND_HIGH_WATER_BYTES wait in memory, so stop until `drain`. */
  send(channel: number, payload: Uint8Array): boolean;
  /** Bytes accepted by send() and not yet handed to the kernel. */
  readonly queuedBytes: number;
  /** Stops and restarts reading: the peer's kernel buffers fill, then the container's pipe. Pings go on. */
  pause(): void;
  resume(): void;
  /**
   * Ends the stream behind what was sent, and gives up after a limit. A client is told the cause by the close code; an
   * API server is told nothing, which is how it learns that nobody waits for the command any more.
   */
  close(end: StreamEnd): void;
  /** Drops the connection now. */
  terminate(): void;
  /** Round trip of the last answered ping; null before the first. */
  readonly rttMs: number | null;
}

/** A TCP or TLS socket counts its bytes, a WebSocket also knows its round trip. */
export type TunnelBytes = Duplex & { bytesRead?: number; bytesWritten?: number; rttMs?: number | null };

/** A connection that carries SPDY/3.1, with how it came about. */
export interface TunnelConnection {
  /** The bytes. Destroying it drops the connection; its 'error' event carries an UpgradeError or StreamError. */
  readonly bytes: TunnelBytes;
  /** As on the wire: "SPDY/3.1+portforward.k8s.io" (WebSocket) or "portforward.k8s.io" (plain SPDY). */
  readonly subprotocol: string;
  readonly transport: "websocket" | "spdy";
  readonly handshakeMs: number;
  /** Why this is not the best way; absent when it is. */
  readonly fallback?: Fallback;
  /** Before this side drops the bytes: why it does, for who watches over streams. The bytes have no place for it. */
  readonly noteEnd?: (end: StreamEnd) => void;
}

/** An open exec or attach stream, with how it came about. */
export interface ExecConnection {
  /** Where it is translated on its way, once that is known. Never rejects. */
  readonly translatedAt?: Promise<TranslatedAt>;
  readonly socket: ChannelSocket;
  readonly handshakeMs: number;
  /** Why this is not the best way; absent when it is. */
  readonly fallback?: Fallback;
}

/** Where a stream goes. Names are checked (kube/names.ts) before one of these is made. */
export interface PodTarget {
  namespace: string;
  pod: string;
}

export interface ExecTarget extends PodTarget {
  subresource: ExecSubresource;
  container?: string;
  /** argv; for exec only. */
  command: string[];
  stdin: boolean;
  stdout: boolean;
  /** Never together with tty: the runtime refuses it. */
  stderr: boolean;
  tty: boolean;
  /**
   * The client speaks SPDY, or v4, which API servers pass on to the kubelet as it is: its command shall end as it does
   * without Porthole in between, and over v5 it would not (docs/left-behind.md).
   */
  spdyFirst?: boolean;
}

/** Opens streams to an API server. Rejects with UpgradeError or StreamError, and with KubeError for the credential. */
export interface Dialer {
  dialExec(target: ExecTarget, signal?: AbortSignal): Promise<ExecConnection>;
  dialTunnel(target: PodTarget, signal?: AbortSignal): Promise<TunnelConnection>;
}

/** For who needs one half of it. */
export type ExecDialer = Pick<Dialer, "dialExec">;
export type TunnelDialer = Pick<Dialer, "dialTunnel">;
