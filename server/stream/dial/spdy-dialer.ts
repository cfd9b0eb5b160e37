/**
 * Dials the API server over plain SPDY/3.1: what every version speaks, and the only wire of those before 1.29
 * (client-go tools/remotecommand/spdy.go, tools/portforward/portforward.go). Used when a WebSocket is refused.
 */

import type { EndCause } from "#protocol/stream-end.ts";
import { PORTFORWARD_PROTOCOL, SPDY_EXEC_SUBPROTOCOLS } from "#protocol/subprotocol.ts";
import { subresourcePath } from "#server/kube/api/subresource-url.ts";
import type { Cluster } from "#server/kube/types.ts";
import { SpdyConnection } from "#server/spdy/connection.ts";
import { REPLY_TIMEOUT_MS } from "#server/spdy/frames/constants.ts";
import { StreamError, type StreamErrorCode } from "../errors.ts";
import { type ExecStreams, SpdyChannelSocket } from "../spdy/spdy-channel-socket.ts";
import { endOf } from "../stream-end.ts";
import type { Dialer, ExecConnection, ExecTarget, PodTarget, TunnelConnection } from "../types.ts";
import { TERMINAL_SMALL_BYTES } from "../websocket/heartbeat.ts";
import { takeDirectReads } from "../websocket/tunneling-connection.ts";
import { upgradeToSpdy } from "./spdy-upgrade.ts";

/** client-go's period for SPDY of its own. */
const PING_PERIOD_MS = 5_000;

export class SpdyDialer implements Dialer {
  constructor(private readonly cluster: Cluster) {}

  async dialExec(target: ExecTarget, signal?: AbortSignal): Promise<ExecConnection> {
    const upgrade = await upgradeToSpdy(
      this.cluster,
      subresourcePath(target),
      SPDY_EXEC_SUBPROTOCOLS,
      signal,
    );
    let socket: SpdyChannelSocket | null = null;
    const connection = new SpdyConnection(upgrade.bytes, {
      role: "client",
      pingPeriodMs: PING_PERIOD_MS,
      onEnd: (error) => socket?.connectionEnded(error),
      unconfirmedSmallBytes: TERMINAL_SMALL_BYTES,
      takeReads: (reader) => takeDirectReads(upgrade.bytes, reader),
    });
    const streams = await openExecStreams(connection, target, upgrade.protocol, signal);
    socket = new SpdyChannelSocket(connection, streams, "client", upgrade.protocol);
    return { socket, handshakeMs: upgrade.handshakeMs };
  }

  async dialTunnel(target: PodTarget, signal?: AbortSignal): Promise<TunnelConnection> {
    const path = subresourcePath({ ...target, subresource: "portforward" });
    const { bytes, handshakeMs } = await upgradeToSpdy(this.cluster, path, [PORTFORWARD_PROTOCOL], signal);
    return { bytes, subprotocol: PORTFORWARD_PROTOCOL, transport: "spdy", handshakeMs };
  }
}

/**
 * Every stream that the query asked for and none else, all before any data: the runtime waits for exactly these
 * (protocol.md 2.5, kubernetes#16373). In client-go's order.
 */
async function openExecStreams(
  connection: SpdyConnection,
  target: ExecTarget,
  version: string,
  signal: AbortSignal | undefined,
): Promise<ExecStreams> {
  const resizes = target.tty && /^v[345]\./.test(version);
  const abort = () => connection.destroy();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    signal?.throwIfAborted();
    const open = (streamtype: string) => connection.createStream({ streamtype });
    const streams: ExecStreams = {
      error: open("error"),
      ...(target.stdin ? { stdin: open("stdin") } : {}),
      ...(target.stdout ? { stdout: open("stdout") } : {}),
      ...(target.stderr && !target.tty ? { stderr: open("stderr") } : {}),
      ...(resizes ? { resize: open("resize") } : {}),
    };
    await Promise.all(Object.values(streams).map((stream) => stream.replied));
    return streams;
  } catch (error) {
    connection.destroy();
    if (signal?.aborted) throw new StreamError("CANCELED", "the stream was given up before it opened");
    throw notOpened(error as Error);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/** Of what ended the streams or their connection before the streams were there; anything else broke the protocol. */
const CODES: Partial<Record<EndCause, StreamErrorCode>> = {
  lost: "LOST",
  unreachable: "TIMEOUT",
  "going-away": "GOING_AWAY",
  "dead-peer": "DEAD_PEER",
};

function notOpened(error: Error): StreamError {
  const { cause, words } = endOf(error);
  const code = CODES[cause] ?? "PROTOCOL";
  const late = `the API server did not accept them within ${REPLY_TIMEOUT_MS / 1000} s`;
  const why = code === "TIMEOUT" ? late : words;
  return new StreamError(code, `the streams could not be opened: ${why}`, { cause: error });
}
