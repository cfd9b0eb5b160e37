/**
 * The streams of /clusters/{cluster}/...: exactly the Kubernetes wire for any client. The API server is dialled
 * first, so that its refusal reaches the caller as HTTP with its code and message; then both legs are joined.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { requireName } from "#kube/names";
import type { Cluster } from "#kube/types";
import { V5_SUBPROTOCOL } from "#protocol/subprotocol";
import type { Logger } from "#server/log";
import { relayChannels } from "#stream/channel-relay";
import { relayTunnel } from "#stream/tunnel-relay";
import type { ExecDialer, ExecTarget, TunnelDialer } from "#stream/types";
import {
  acceptChannels,
  acceptTunnel,
  checkHandshake,
  offeredSubprotocols,
} from "#stream/websocket-acceptor";
import type { CreateCheck } from "./create-check";
import { HttpError } from "./http-error";
import type { KubePath } from "./kube-path";

export type StreamPath = Extract<KubePath, { kind: "stream" }>;

const MAX_COMMAND_ARGUMENTS = 1_000;

export interface KubeStreamsOptions {
  dialerOf(cluster: Cluster): ExecDialer & TunnelDialer;
  createCheck: CreateCheck;
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
    checkHandshake(request);
    const target = path.subresource === "portforward" ? null : execTarget(path, query);
    const offered = offeredSubprotocols(request);
    if (target && !offered.includes(V5_SUBPROTOCOL)) {
      throw new HttpError(400, `no subprotocol in common; this endpoint speaks ${V5_SUBPROTOCOL}`);
    }
    const gone = new AbortController();
    const abort = () => gone.abort();
    socket.once("close", abort);
    try {
      await this.options.createCheck.require(
        cluster,
        path.namespace,
        path.subresource,
        path.pod,
        gone.signal,
      );
      const dialer = this.options.dialerOf(cluster);
      if (target) {
        const upstream = await dialer.dialExec(target, gone.signal);
        const downstream = acceptOr(
          () => acceptChannels(request, socket, head, [V5_SUBPROTOCOL]),
          () => upstream.socket.terminate(),
        );
        relayChannels(downstream, upstream.socket, { tty: target.tty });
      } else {
        const upstream = await dialer.dialTunnel({ namespace: path.namespace, pod: path.pod }, gone.signal);
        const downstream = acceptOr(
          () => acceptTunnel(request, socket, head),
          () => upstream.bytes.destroy(),
        );
        relayTunnel(downstream, upstream.bytes);
      }
    } finally {
      socket.off("close", abort);
    }
    this.options.log.info(
      { cluster: cluster.name, namespace: path.namespace, pod: path.pod },
      `${path.subresource} stream opened`,
    );
  }
}

/** The upstream is not left open when the downstream handshake fails after all. */
function acceptOr<T>(accept: () => T, undo: () => void): T {
  try {
    return accept();
  } catch (error) {
    undo();
    throw error;
  }
}

/** The query of exec and attach, read as apimachinery/pkg/runtime/conversion.go reads booleans. */
export function execTarget(path: StreamPath, query: URLSearchParams): ExecTarget {
  const flag = (name: string) => {
    const value = query.get(name);
    return value !== null && value.toLowerCase() !== "false" && value !== "0";
  };
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
    stdin: flag("stdin"),
    stdout: flag("stdout"),
    stderr: flag("stderr"),
    tty: flag("tty"),
    ...(container ? { container: requireName("container", container) } : {}),
  };
  if (!target.stdin && !target.stdout && !target.stderr) {
    throw new HttpError(400, "you must specify at least 1 of stdin, stdout, stderr");
  }
  return target;
}
