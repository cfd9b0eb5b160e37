/**
 * The streams of /clusters/{cluster}/...: exactly the Kubernetes wire for any client. The API server is dialled
 * first, so that its refusal reaches the caller as HTTP with its code and message; then both legs are joined.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { type ExecSubresource, V4_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { accessErrorOf } from "#server/access/access-error.ts";
import type { Caller } from "#server/access/caller.ts";
import { type Grant, podRight } from "#server/access/grant.ts";
import type { Grants } from "#server/access/grants.ts";
import { requireName } from "#server/kube/names.ts";
import type { Cluster } from "#server/kube/types.ts";
import type { Logger } from "#server/log.ts";
import type { ObservedDialer } from "#server/observe/observed-dialer.ts";
import type { StreamRecord } from "#server/observe/stream-record.ts";
import { execDownstream, tunnelDownstream } from "#server/stream/accept/downstream.ts";
import { StreamError } from "#server/stream/errors.ts";
import { relayChannels } from "#server/stream/relay/channel-relay.ts";
import { relayTunnel } from "#server/stream/relay/tunnel-relay.ts";
import { clientEnd, endOf } from "#server/stream/stream-end.ts";
import type { ExecTarget } from "#server/stream/types.ts";
import { refusalOf } from "../error-response.ts";
import { HttpError } from "../http-error.ts";
import type { KubePath } from "./kube-path.ts";
import { flag } from "./lasting-read.ts";

export type StreamPath = Extract<KubePath, { kind: "stream" }>;

interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

/** Dials, accepts and joins, with both legs under the grant. */
type Opening = (dialer: ObservedDialer, path: StreamPath, grant: Grant, signal: AbortSignal) => Promise<void>;

export interface KubeStreamsOptions {
  dialerOf(cluster: Cluster): ObservedDialer;
  grants: Grants;
  log: Logger;
}

export class KubeStreams {
  constructor(private readonly options: KubeStreamsOptions) {}

  /** @throws HttpError, AccessError, UpgradeError, StreamError, KubeError before anything is written to the socket */
  async serve(
    caller: Caller,
    cluster: Cluster,
    path: StreamPath,
    query: URLSearchParams,
    upgrade: Upgrade,
  ): Promise<void> {
    const { namespace, pod, subresource } = path;
    const open =
      subresource === "portforward" ? this.#tunnel(upgrade, query) : this.#channels(upgrade, path, query);
    const gone = new AbortController();
    const left = () => gone.abort();
    // A client that hangs up sends its FIN, and a server's socket stays half open: `close` alone comes only with a reset.
    for (const event of ["end", "close"]) upgrade.socket.once(event, left);
    const right = podRight(subresource, namespace, pod);
    try {
      const grant = await this.options.grants.open(caller, cluster, right, gone.signal);
      const revoked = grant.onEnd((end) => gone.abort(end));
      try {
        await open(this.options.dialerOf(cluster), path, grant, gone.signal);
      } catch (error) {
        grant.release();
        throw grant.ended ? accessErrorOf(grant.ended) : error;
      } finally {
        revoked();
      }
    } finally {
      for (const event of ["end", "close"]) upgrade.socket.off(event, left);
    }
    this.options.log.info({ cluster: cluster.name, namespace, pod }, `${subresource} stream opened`);
  }

  /** What is wrong with the request is said before anybody is asked. */
  #tunnel({ request, socket, head }: Upgrade, query: URLSearchParams): Opening {
    const downstream = tunnelDownstream(request, query);
    return async (dialer, { namespace, pod }, grant, signal) => {
      const { bytes: upstream, record } = await dialer.dialTunnel({ namespace, pod }, signal);
      const bytes = await accepted(downstream.accept(socket, head), signal, socket, () => {
        if (grant.ended) record.end(grant.ended);
        upstream.destroy();
      });
      record.setDownstream(downstream.subprotocol);
      bytes.once("error", (error) => clientLeft(record, endOf(error)));
      relayTunnel(bytes, upstream, () => grant.release());
      grant.onEnd((end) => {
        record.end(end);
        // Bytes of a tunnel are the pod's alone: there is no place in them for words of ours.
        upstream.destroy();
        // With an error: without one it would be for the client to say when it is over.
        bytes.destroy(
          end.cause === "shutdown" ? new StreamError("GOING_AWAY", end.words) : accessErrorOf(end),
        );
      });
    };
  }

  #channels({ request, socket, head }: Upgrade, path: StreamPath, query: URLSearchParams): Opening {
    const target = execTarget(path, query);
    const downstream = execDownstream(request, target);
    return async (dialer, _path, grant, signal) => {
      const spdyFirst = downstream.transport === "spdy" || downstream.subprotocol === V4_SUBPROTOCOL;
      const { socket: upstream, record } = await dialer.dialExec({ ...target, spdyFirst }, signal);
      const channels = await accepted(downstream.accept(socket, head), signal, socket, () => {
        if (grant.ended) record.end(grant.ended);
        upstream.terminate();
      });
      record.setDownstream(downstream.subprotocol);
      const relay = relayChannels(channels, upstream, {
        tty: target.tty,
        onEnd({ by, end }) {
          grant.release();
          if (by === "downstream") clientLeft(record, end);
          if (by === "porthole") record.end(end);
        },
      });
      grant.onEnd((end) => relay.end(end, refusalOf(accessErrorOf(end)).status));
    };
  }
}

/**
 * The upstream is not left open when the downstream handshake fails after all. A SPDY client that is told 101 and opens
 * no streams may stay for STREAM_CREATION_TIMEOUT_MS, but not for longer than its right does (docs/threats.md A17).
 */
async function accepted<T>(
  accepting: Promise<T>,
  signal: AbortSignal,
  socket: Duplex,
  undo: () => void,
): Promise<T> {
  const drop = () => {
    undo();
    socket.destroy();
  };
  signal.addEventListener("abort", drop, { once: true });
  try {
    if (signal.aborted) drop();
    return await accepting;
  } catch (error) {
    undo();
    throw error;
  } finally {
    signal.removeEventListener("abort", drop);
  }
}

/** The query of exec and attach. */
function execTarget(path: StreamPath, query: URLSearchParams): ExecTarget {
  const command = query.getAll("command");
  if (path.subresource === "exec" && command.length === 0)
    throw new HttpError(400, "you must specify at least one command for the container");
  const container = query.get("container");
  const target = {
    namespace: path.namespace,
    pod: path.pod,
    subresource: path.subresource as ExecSubresource,
    command,
    stdin: flag(query, "stdin"),
    stdout: flag(query, "stdout"),
    stderr: flag(query, "stderr"),
    tty: flag(query, "tty"),
    ...(container ? { container: requireName("container", container) } : {}),
  };
  if (!target.stdin && !target.stdout && !target.stderr) {
    throw new HttpError(400, "you must specify at least 1 of stdin, stdout, stderr");
  }
  return target;
}

function clientLeft(record: StreamRecord, end: StreamEnd): void {
  record.end({ cause: clientEnd(end).cause, words: `the client left: ${end.words}` }, "downstream");
}
