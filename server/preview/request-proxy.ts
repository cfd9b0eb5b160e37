/**
 * HTTP from a browser to a forwarded port: rewrites what names the hosts, takes a place among the forward's
 * requests, repeats once what may be repeated, and says what went wrong when nothing answers.
 * Next hop: exchange.ts.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { asForwardError, type ForwardError } from "#server/forward/errors.ts";
import { Exchange } from "./exchange.ts";
import { sendFailure } from "./failure-page.ts";
import { requestFraming } from "./message-framing.ts";
import { sendStatus } from "./own-answers.ts";
import type { PreviewedPort } from "./previewed-port.ts";
import { podRequestHeaders, type RequestRewrite } from "./request-headers.ts";
import { askForWhole, isWorkerScript } from "./worker-script.ts";

/** How often a request that may be sent again is, when nothing came back: for a failure, and for a stalled tunnel. */
const MAX_REPEATS = 1;
const MAX_MOVES = 3;

export interface ProxyOptions {
  appOrigin: string;
  isOwnCredential: (value: string) => boolean;
  hosted: boolean;
}

/** The host a program believes it is: what a browser on its own machine would say. */
export function rewriteFor(port: PreviewedPort, ownOrigin: string, options: ProxyOptions): RequestRewrite {
  return { ownOrigin, podOrigin: port.podOrigin, podHost: port.podHost, ...options };
}

/** Never rejects: whatever happens, the response is answered or destroyed. */
export async function proxyRequest(
  port: PreviewedPort,
  request: IncomingMessage,
  response: ServerResponse,
  ownOrigin: string,
  options: ProxyOptions,
): Promise<void> {
  const { forward } = port;
  const framing = requestFraming(request);
  if (framing.kind === "unsupported") {
    response.setHeader("Connection", "close");
    sendStatus(response, 501, "NotImplemented", "this Transfer-Encoding or Content-Length is not supported");
    return;
  }
  const rewrite = rewriteFor(port, ownOrigin, options);
  const passed = podRequestHeaders(request.rawHeaders, rewrite);
  const headers = isWorkerScript(request) ? askForWhole(passed) : passed;
  const repeatable = (request.method === "GET" || request.method === "HEAD") && framing.kind === "none";
  const hit = port.hits.begin(request.method ?? "", request.url ?? "");
  let bytes = 0;
  let entered = false;
  try {
    await port.gate.enter();
    entered = true;
    let repeats = 0;
    let moves = 0;
    for (;;) {
      port.agent.prune();
      const { servedBy } = forward;
      const exchange = new Exchange({
        request,
        response,
        agent: repeatable ? port.agent : port.freshAgent,
        watch: port.watch,
        headers,
        framing,
        rewrite: () => ({ ...rewrite, podPorts: port.podPorts }),
        movable: repeatable && moves < MAX_MOVES,
      });
      try {
        await exchange.run();
        bytes = exchange.bytes;
        break;
      } catch (cause) {
        const error = asForwardError(cause);
        if (!repeatable || !exchange.unanswered || forward.closed) throw error;
        if (error.code === "STALLED") moves += 1;
        else repeats += 1;
        if (moves > MAX_MOVES || repeats > MAX_REPEATS) throw error;
        if (!(await isWorthRepeating(port, servedBy, exchange, error))) throw error;
      }
    }
    if (response.writableFinished) forward.succeeded();
    hit.end(response.headersSent ? response.statusCode : 0, bytes);
  } catch (cause) {
    const error = forward.failed(cause);
    request.resume();
    hit.end(sendFailure(request, response, forward, error, options.appOrigin), 0);
  } finally {
    if (entered) port.gate.leave();
  }
}

async function isWorthRepeating(
  port: PreviewedPort,
  servedBy: string | null,
  exchange: Exchange,
  error: ForwardError,
): Promise<boolean> {
  switch (error.code) {
    case "TUNNEL":
    case "STALLED":
    case "NOT_RUNNING":
    case "POD":
      return true;
    case "NO_ANSWER":
      return exchange.reusedSocket;
    case "REFUSED":
      return port.forward.moved(servedBy);
    default:
      return false;
  }
}
