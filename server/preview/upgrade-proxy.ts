/**
 * A WebSocket from a browser to a forwarded port. Both handshakes are read and checked as HTTP; only after the
 * pod's valid 101 are the two sockets joined, byte for byte, so subprotocols, extensions and pings are between
 * the browser and the program. Next hop: a subrequest, joined by splice.ts.
 */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { asForwardError, ForwardError } from "#server/forward/errors.ts";
import type { Forward } from "#server/forward/forward.ts";
import { type SplicedSocket, splice } from "#server/forward/splice.ts";
import {
  answerProblem,
  offeredSubprotocols,
  requestProblem,
  WEBSOCKET_VERSION,
} from "#server/stream/websocket/handshake.ts";
import { codeProblem } from "./exchange.ts";
import { describeFailure } from "./failure-page.ts";
import type { PreviewedPort } from "./previewed-port.ts";
import { podRequestHeaders } from "./request-headers.ts";
import { type ProxyOptions, rewriteFor } from "./request-proxy.ts";
import { browserResponseHeaders } from "./response-headers.ts";
import { messageHead, refuseUpgrade, relayRefusal } from "./upgrade-refusal.ts";

/** From the request to the pod's answer; programs decide about a WebSocket at once. */
const UPGRADE_TIMEOUT_MS = 30_000;
/** 1xx before the pod's answer, which nothing waits for. */
const MAX_INFORMATIONS = 16;

/** Never rejects. @param socket the browser's, no longer read by the HTTP server */
export async function proxyUpgrade(
  port: PreviewedPort,
  request: IncomingMessage,
  socket: SplicedSocket,
  head: Buffer,
  ownOrigin: string,
  options: ProxyOptions,
): Promise<void> {
  const problem = requestProblem(request);
  if (problem) {
    const [code, extra] =
      problem.part === "version" ? [426, ["Sec-WebSocket-Version", WEBSOCKET_VERSION]] : [400, []];
    refuseUpgrade(socket, code, "BadRequest", problem.message, extra);
    return;
  }
  const { forward } = port;
  const hit = port.hits.begin("GET", request.url ?? "");
  const writtenBefore = bytesWritten(socket);
  let status = 0;
  socket.once("close", () => hit.end(status, bytesWritten(socket) - writtenBefore));
  const rewrite = rewriteFor(port, ownOrigin, options);
  const responseHeaders = (answer: IncomingMessage) =>
    browserResponseHeaders(answer.rawHeaders, {
      ...rewrite,
      podPorts: port.podPorts,
      chunked: answer.headers["transfer-encoding"] !== undefined,
      trailers: false,
    });
  try {
    const headers = podRequestHeaders(request.rawHeaders, rewrite);
    const answer = await handshake(forward, request, socket, headers);
    status = answer.message.statusCode ?? 0;
    if (!answer.pod) {
      relayRefusal(socket, answer.message, responseHeaders(answer.message));
      return;
    }
    const lines = [...responseHeaders(answer.message), "Connection", "Upgrade", "Upgrade", "websocket"];
    socket.write(messageHead(101, "Switching Protocols", lines), "latin1");
    forward.succeeded();
    // Bytes that came right behind the two heads already belong to the WebSocket.
    if (answer.head.byteLength > 0) answer.pod.unshift(answer.head);
    if (head.byteLength > 0) socket.unshift(head);
    splice(socket, answer.pod);
  } catch (cause) {
    const error = forward.failed(cause);
    const { httpStatus, reason, message } = describeFailure(forward, error);
    status = httpStatus;
    if (socket.destroyed) return;
    refuseUpgrade(socket, httpStatus, reason, message);
  }
}

interface Answer {
  message: IncomingMessage;
  /** The pod's side of the WebSocket; null when it refused. */
  pod: SplicedSocket | null;
  head: Buffer;
}

/** Sends the upgrade to the pod and waits for its answer, or for the browser to give up. */
async function handshake(
  forward: Forward,
  request: IncomingMessage,
  socket: SplicedSocket,
  headers: string[],
): Promise<Answer> {
  const pod = await forward.subrequest(false);
  return new Promise<Answer>((resolve, reject) => {
    const upstream: ClientRequest = httpRequest({
      createConnection: () => pod,
      method: "GET",
      path: request.url,
      headers: [...headers, "Connection", "Upgrade", "Upgrade", "websocket"],
    });
    const fail = (cause: unknown) => {
      clearTimeout(timer);
      socket.off("close", gone);
      pod.destroy();
      reject(asForwardError(cause));
    };
    const done = (answer: Answer) => {
      clearTimeout(timer);
      // From here on the end of either socket ends the other.
      socket.off("close", gone);
      if (socket.destroyed) pod.destroy();
      else if (!answer.pod) socket.once("close", () => pod.destroy());
      resolve(answer);
    };
    const gone = () => fail(new ForwardError("CLOSED", "the browser closed the connection"));
    const timer = setTimeout(
      () => fail(new ForwardError("TIMEOUT", "the program did not answer the WebSocket handshake")),
      UPGRADE_TIMEOUT_MS,
    );
    socket.once("close", gone);
    upstream.once("error", (cause: Error & { code?: string }) => {
      const lost = cause.code === "ECONNRESET" && !(cause instanceof ForwardError);
      fail(lost ? new ForwardError("NO_ANSWER", "the connection ended before an answer came") : cause);
    });
    let informed = 0;
    upstream.on("information", () => {
      informed += 1;
      if (informed > MAX_INFORMATIONS)
        fail(new ForwardError("NOT_HTTP", "answers of 1xx came, and no other"));
    });
    upstream.once("response", (message) => {
      const problem = codeProblem(message);
      if (problem) fail(problem);
      else done({ message, pod: null, head: Buffer.alloc(0) });
    });
    upstream.once("upgrade", (message, _pod, head) => {
      const problem = answerProblem(message, {
        key: request.headers["sec-websocket-key"] ?? "",
        subprotocols: offeredSubprotocols(request),
        mustChoose: false,
        extensions: true,
      });
      if (problem) fail(new ForwardError("NOT_HTTP", `the program ${problem}`));
      else done({ message, pod, head });
    });
    upstream.end();
    if (socket.destroyed) gone();
  });
}

function bytesWritten(socket: SplicedSocket): number {
  return "bytesWritten" in socket ? Number(socket.bytesWritten) : 0;
}
