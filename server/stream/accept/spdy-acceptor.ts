/**
 * The server role of the SPDY/3.1 upgrade, for kubectl of any age and for the demo cluster: 101, then exec and attach
 * streams as a ChannelSocket, or the bytes of a port-forward (k8s.io/streaming pkg/httpstream/spdy/upgrade.go).
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { parseOffer } from "#protocol/subprotocol.ts";
import { SpdyConnection } from "#server/spdy/connection.ts";
import type { SpdyStream } from "#server/spdy/stream.ts";
import { SPDY_UPGRADE } from "../dial/spdy-upgrade.ts";
import { StreamError, UpgradeError } from "../errors.ts";
import { type ExecStreams, SpdyChannelSocket } from "../spdy/spdy-channel-socket.ts";
import { TCP_KEEP_ALIVE_MS } from "../websocket/websocket-limits.ts";

/** As the kubelet's streaming server waits for all streams of a request. */
const STREAM_CREATION_TIMEOUT_MS = 30_000;
/** Five for exec; what else a client opens is refused. */
const MAX_EXEC_STREAMS = 8;
/** As towards every client, under the 60 s of common proxies. */
const PING_PERIOD_MS = 15_000;
/** So that a client that is gone without a word is noticed within 45 s. */
const PING_TIMEOUT_MS = 25_000;

export function isSpdyRequest(request: IncomingMessage): boolean {
  return /\bspdy\/3\.1\b/i.test(request.headers.upgrade ?? "");
}

/**
 * The first version of the client's that is supported.
 * @throws UpgradeError 400 or 403, with nothing written
 */
export function negotiateSpdy(request: IncomingMessage, supported: readonly string[]): string {
  if (request.httpVersion !== "1.1") throw new UpgradeError(400, "unable to upgrade: HTTP/1.1 is needed");
  const offered = parseOffer(request.headers["x-stream-protocol-version"]?.toString());
  if (offered.length === 0)
    throw new UpgradeError(400, "unable to upgrade: X-Stream-Protocol-Version is missing");
  const chosen = offered.find((version) => supported.includes(version));
  if (!chosen) {
    throw new UpgradeError(
      403,
      `unable to upgrade: unable to negotiate protocol: client supports ${offered.join(", ")}, server accepts ${supported.join(", ")}`,
    );
  }
  return chosen;
}

/** Answers 101. What follows on the socket is SPDY. */
export function acceptSpdy(socket: Duplex, head: Buffer, version: string): Duplex {
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${SPDY_UPGRADE}\r\nX-Stream-Protocol-Version: ${version}\r\n\r\n`,
  );
  if (head.byteLength > 0) socket.unshift(head);
  const { setTimeout: limit, setNoDelay, setKeepAlive } = socket as Partial<import("node:net").Socket>;
  limit?.call(socket, 0);
  setNoDelay?.call(socket, true);
  setKeepAlive?.call(socket, true, TCP_KEEP_ALIVE_MS);
  return socket;
}

export interface AskedStreams {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
}

/**
 * Accepts exec or attach: answers 101 and waits for the streams the query asked for, no more and no less.
 * @throws StreamError TIMEOUT when they do not all come; the connection is closed then
 */
export async function acceptSpdyExec(
  socket: Duplex,
  head: Buffer,
  version: string,
  asked: AskedStreams,
  timeoutMs = STREAM_CREATION_TIMEOUT_MS,
): Promise<SpdyChannelSocket> {
  const resizes = asked.tty && /^v[345]\./.test(version);
  const wanted = new Set<string>([
    "error",
    ...(asked.stdin ? ["stdin"] : []),
    ...(asked.stdout ? ["stdout"] : []),
    ...(asked.stderr && !asked.tty ? ["stderr"] : []),
    ...(resizes ? ["resize"] : []),
  ]);
  const streams: Partial<Record<string, SpdyStream>> = {};
  let accepted: SpdyChannelSocket | null = null;
  const bytes = acceptSpdy(socket, head, version);
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      connection.destroy();
      reject(new StreamError("TIMEOUT", `the client did not open its streams within ${timeoutMs / 1000} s`));
    }, timeoutMs);
    const connection = new SpdyConnection(bytes, {
      role: "server",
      maxStreams: MAX_EXEC_STREAMS,
      pingPeriodMs: PING_PERIOD_MS,
      pingTimeoutMs: PING_TIMEOUT_MS,
      onStream(stream) {
        const type = stream.headers.streamtype ?? "";
        if (!wanted.delete(type)) {
          stream.reset();
          return;
        }
        // DATA that reaches client-go before SYN_REPLY is dropped: reply first (protocol.md 2.5).
        stream.reply();
        streams[type] = stream;
        if (wanted.size > 0) return;
        clearTimeout(timer);
        accepted = new SpdyChannelSocket(connection, streams as unknown as ExecStreams, "server", version);
        resolve(accepted);
      },
      onEnd(error) {
        clearTimeout(timer);
        if (accepted) accepted.connectionEnded(error);
        else
          reject(
            new StreamError("LOST", "the client hung up before its streams were open", { cause: error }),
          );
      },
    });
  });
}
