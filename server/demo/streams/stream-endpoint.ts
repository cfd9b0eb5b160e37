/**
 * pods/exec, pods/attach and pods/portforward: every check an API server makes before it says 101, then the
 * upgrade, then the stream's server. Next hop: exec-server.ts or portforward-server.ts.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { isTunnelSubprotocol, type StreamSubresource } from "#protocol/subprotocol.ts";
import type { Logger } from "#server/log.ts";
import { execDownstream, tunnelDownstream } from "#server/stream/accept/downstream.ts";
import { StreamError, UpgradeError } from "#server/stream/errors.ts";
import { isWebSocket } from "#server/stream/websocket/handshake.ts";
import { ApiError, type ApiErrorCode, badRequest } from "../api/api-error.ts";
import { refuseUpgradeWith } from "../api/api-response.ts";
import { queryFlag, type ResourceRequest } from "../api/request-info.ts";
import type { ObjectStore } from "../api/store.ts";
import type { Pod } from "../objects/types.ts";
import type { ExecServer, StreamTarget } from "./exec-server.ts";
import type { Generation } from "./generation.ts";
import type { Interference } from "./interference.ts";
import { requireContainer, requirePod, requireStreamable } from "./pod-checks.ts";
import type { PodPorts } from "./pod-ports.ts";
import { PortForwardServer } from "./portforward-server.ts";
import { chooseExec, type OfferRefusal, refuseForward } from "./websocket-offer.ts";

/** One request for a stream that has passed authorization. */
export interface StreamRequest {
  info: ResourceRequest;
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

export interface StreamEndpointOptions {
  store: ObjectStore;
  execServer: ExecServer;
  ports: PodPorts;
  generation: Generation;
  interference: Interference;
  log: Logger;
}

export function isStreamSubresource(name: string): name is StreamSubresource {
  return name === "exec" || name === "attach" || name === "portforward";
}

export class StreamEndpoint {
  readonly #forwards = new Set<PortForwardServer>();

  constructor(private readonly options: StreamEndpointOptions) {}

  get openStreams(): number {
    return this.#forwards.size + this.options.execServer.openStreams;
  }

  /**
   * What is wrong with a request for a stream, whether it asks for an upgrade or not.
   * @throws ApiError
   */
  check(info: ResourceRequest): { pod: Pod; target: StreamTarget | null } {
    const subresource = info.subresource as StreamSubresource;
    const pod = requirePod(this.options.store, info.namespace, info.name);
    if (info.query.has("dryRun")) throw badRequest("dryRun is not supported");
    if (subresource === "portforward") {
      requireStreamable(pod, subresource);
      return { pod, target: null };
    }
    const container = requireContainer(pod, info.query.get("container"));
    requireStreamable(pod, subresource);
    const target = { pod, container, ...streamOptions(info.query) };
    if (!target.stdin && !target.stdout && !target.stderr) {
      throw badRequest("you must specify at least 1 of stdin, stdout, stderr");
    }
    if (subresource === "exec" && !info.query.get("command")) {
      throw badRequest("you must specify at least one command for the container");
    }
    return { pod, target };
  }

  /** Rejects with ApiError while nothing has been written. */
  async upgrade(stream: StreamRequest): Promise<void> {
    const { pod, target } = this.check(stream.info);
    try {
      if (target) await this.#acceptChannels(stream, target);
      else await this.#acceptTunnel(stream, pod);
    } catch (error) {
      // The client hung up, or did not open its streams in time; the connection is closed.
      if (error instanceof StreamError)
        this.options.log.debug({ error }, "a stream of the demo cluster did not open");
      else if (error instanceof UpgradeError) throw refusalOf(error);
      else throw error;
    }
  }

  close(): void {
    this.options.execServer.close();
    for (const forward of this.#forwards) forward.close();
  }

  async #acceptChannels({ info, request, socket, head }: StreamRequest, target: StreamTarget): Promise<void> {
    const { execServer, interference, generation } = this.options;
    const chosen = isWebSocket(request) ? chooseExec(generation, request) : "";
    if (typeof chosen === "object") {
      refuseOffer(socket, chosen);
      return;
    }
    const wire = interference.onSocket(socket, request);
    const channels = interference.onChannels(
      await execDownstream(request, target, [chosen]).accept(wire, head),
    );
    if (info.subresource === "exec") execServer.exec(channels, target, info.query.getAll("command"));
    else execServer.attach(channels, target);
  }

  async #acceptTunnel({ info, request, socket, head }: StreamRequest, pod: Pod): Promise<void> {
    const { interference, generation, ports } = this.options;
    const refusal = isWebSocket(request) ? refuseForward(generation, request, info.query) : null;
    if (refusal) {
      refuseOffer(socket, refusal);
      return;
    }
    const downstream = tunnelDownstream(request, info.query);
    const bytes = await downstream.accept(interference.onSocket(socket, request), head);
    const tunnelled = isTunnelSubprotocol(downstream.subprotocol) ? interference.onTunnel(bytes) : bytes;
    const server = new PortForwardServer(tunnelled, {
      dial: (port) => interference.onForward() ?? ports.dial(pod, port),
      onEnd: () => this.#forwards.delete(server),
    });
    this.#forwards.add(server);
  }
}

function refuseOffer(socket: Duplex, { code, body }: OfferRefusal): void {
  refuseUpgradeWith(socket, code, body, body === "" ? {} : { "Content-Type": "text/plain; charset=utf-8" });
}

function refusalOf(error: UpgradeError): ApiError {
  const codes: Record<number, ApiErrorCode> = { 403: "Forbidden", 405: "MethodNotAllowed" };
  return new ApiError(codes[error.httpStatus] ?? "BadRequest", error.message, undefined, { cause: error });
}

function streamOptions(query: URLSearchParams) {
  const tty = queryFlag(query, "tty");
  return {
    stdin: queryFlag(query, "stdin"),
    stdout: queryFlag(query, "stdout"),
    // The kubelet drops it with a terminal: there is one output then.
    stderr: queryFlag(query, "stderr") && !tty,
    tty,
  };
}
