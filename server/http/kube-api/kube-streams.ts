/**
 * The streams of /clusters/{cluster}/...: exactly the Kubernetes wire for any client. The API server is dialled
 * first, so that its refusal reaches the caller as HTTP with its code and message; then both legs are joined.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { podRight } from "#server/access/grant.ts";
import type { Grants } from "#server/access/grants.ts";
import { requireName } from "#server/kube/names.ts";
import type { Cluster } from "#server/kube/types.ts";
import type { Logger } from "#server/log.ts";
import type { ObservedDialer } from "#server/observe/observed-dialer.ts";
import type { StreamRecord } from "#server/observe/stream-record.ts";
import { execDownstream, tunnelDownstream } from "#server/stream/accept/downstream.ts";
import { relayChannels } from "#server/stream/relay/channel-relay.ts";
import { relayTunnel } from "#server/stream/relay/tunnel-relay.ts";
import { clientEnd, endOf } from "#server/stream/stream-end.ts";
import type { ExecTarget } from "#server/stream/types.ts";
import { HttpError } from "../http-error.ts";
import type { KubePath } from "./kube-path.ts";
import { flag } from "./lasting-read.ts";

export type StreamPath = Extract<KubePath, { kind: "stream" }>;

const MAX_COMMAND_ARGUMENTS = 1_000;

export interface KubeStreamsOptions {
  dialerOf(cluster: Cluster): ObservedDialer;
  grants: Grants;
  log: Logger;
}

export class KubeStreams {
  constructor(private readonly options: KubeStreamsOptions) {}

  /** @throws HttpError, UpgradeError, StreamError, KubeError before anything is written to the socket */
  async serve(
    cluster: Cluster,
    path: StreamPath,
    query: URLSearchParams,
    upgrade: { request: IncomingMessage; socket: Duplex; head: Buffer },
  ): Promise<void> {
    const { request, socket, head } = upgrade;
    const { log, grants } = this.options;
    const gone = new AbortController();
    const abort = () => gone.abort();
    socket.once("close", abort);
    try {
      const dialer = this.options.dialerOf(cluster);
      if (path.subresource === "portforward") {
        const downstream = tunnelDownstream(request, query);
        await grants.check(cluster, podRight(path.subresource, path.namespace, path.pod), gone.signal);
        const upstream = await dialer.dialTunnel({ namespace: path.namespace, pod: path.pod }, gone.signal);
        const bytes = await acceptOr(downstream.accept(socket, head), () => upstream.bytes.destroy());
        upstream.record.setDownstream(downstream.subprotocol);
        const { record } = upstream;
        bytes.once("error", (error) => clientLeft(record, endOf(error)));
        relayTunnel(bytes, upstream.bytes);
      } else {
        const target = execTarget(path, query);
        const downstream = execDownstream(request, target);
        await grants.check(cluster, podRight(path.subresource, path.namespace, path.pod), gone.signal);
        const upstream = await dialer.dialExec(target, gone.signal);
        const channels = await acceptOr(downstream.accept(socket, head), () => upstream.socket.terminate());
        upstream.record.setDownstream(downstream.subprotocol);
        relayChannels(channels, upstream.socket, {
          tty: target.tty,
          onEnd: ({ by, end }) => by === "downstream" && clientLeft(upstream.record, end),
        });
      }
    } finally {
      socket.off("close", abort);
    }
    const { namespace, pod } = path;
    log.info({ cluster: cluster.name, namespace, pod }, `${path.subresource} stream opened`);
  }
}

/** The upstream is not left open when the downstream handshake fails after all. */
async function acceptOr<T>(accepted: Promise<T>, undo: () => void): Promise<T> {
  try {
    return await accepted;
  } catch (error) {
    undo();
    throw error;
  }
}

/** The query of exec and attach. */
export function execTarget(path: StreamPath, query: URLSearchParams): ExecTarget {
  const command = query.getAll("command");
  if (command.length > MAX_COMMAND_ARGUMENTS)
    throw new HttpError(400, "the command has more than 1000 arguments");
  if (path.subresource === "exec" && command.length === 0)
    throw new HttpError(400, "you must specify at least one command for the container");
  const container = query.get("container");
  const target = {
    namespace: path.namespace,
    pod: path.pod,
    subresource: path.subresource as "exec" | "attach",
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
