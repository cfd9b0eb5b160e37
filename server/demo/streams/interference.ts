/**
 * What may stand between the demo API server and its clients, as a proxy or a broken kubelet would. Nothing does in the
 * product, which has no other implementation than this one: the faults of demo/faults/ are handed in by tests.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { ChannelSocket } from "#server/stream/types.ts";

export interface Interference {
  /** How an upgrade is answered instead of being served; null when it is served. */
  refusal(request: IncomingMessage): { code: number; body: string } | null;
  /** The socket of an upgrade, before anything is written to it. */
  onSocket(socket: Duplex, request: IncomingMessage): Duplex;
  /** The bytes inside a tunnel. */
  onTunnel(bytes: Duplex): Duplex;
  onChannels(channels: ChannelSocket): ChannelSocket;
  /** A connection into a pod that fails instead of being made; null when it is to be made. */
  onForward(): Promise<never> | null;
  /** An access review that gets no verdict; null when it gets one. */
  onReview(): Promise<never> | null;
  /** No image holds a command. */
  readonly hideShell: boolean;
}

export const NO_INTERFERENCE: Interference = {
  refusal: () => null,
  onSocket: (socket) => socket,
  onTunnel: (bytes) => bytes,
  onChannels: (channels) => channels,
  onForward: () => null,
  onReview: () => null,
  hideShell: false,
};
