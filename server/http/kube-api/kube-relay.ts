/**
 * Reads of the Kubernetes API, passed through: request line from kube-path.ts, a few headers each way, the body
 * streamed with backpressure (watches and logs never end). Credentials go only upstream and never come back.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { accessErrorOf } from "#server/access/access-error.ts";
import type { Caller } from "#server/access/caller.ts";
import type { Grants } from "#server/access/grants.ts";
import { abortable } from "#server/kube/api/abortable.ts";
import { KubeError } from "#server/kube/errors.ts";
import type { Cluster } from "#server/kube/types.ts";
import { HttpError } from "../http-error.ts";
import { readBody } from "../request-body.ts";
import { whenClosed } from "../router.ts";
import { SECURITY_HEADERS } from "../security-headers.ts";
import { BodyRelay } from "./body-relay.ts";
import type { KubePath } from "./kube-path.ts";
import { lastingRight } from "./lasting-read.ts";
import { READ_LIMITS, type ReadLimits, readAhead } from "./read-ahead.ts";

const MAX_QUERY_BYTES = 4 * 1024;
const HTTP_UNAUTHORIZED = 401;
/** What a client may ask for beside the path; anything else (Impersonate-*, cookies, our token) stays here (A13). */
const REQUEST_HEADERS = ["accept"] as const;
/** What the API server's answer may say to the client; never Set-Cookie, WWW-Authenticate or Location. */
const RESPONSE_HEADERS = ["content-type", "audit-id", "warning", "retry-after"] as const;

/** kubectl 1.36 sends reviews as protobuf. A form of another page can send neither (A4). */
const REVIEW_TYPES = /^application\/(json|vnd\.kubernetes\.protobuf)(;|$)/;

function reviewType(request: IncomingMessage): string {
  const type = request.headers["content-type"] ?? "";
  if (!REVIEW_TYPES.test(type)) throw new HttpError(415, "an access review is JSON or Kubernetes protobuf");
  return type;
}

export interface ReadRequest {
  caller: Caller;
  cluster: Cluster;
  target: Extract<KubePath, { kind: "read" | "review" }>;
  request: IncomingMessage;
  response: ServerResponse;
  /** With its question mark; may be empty. */
  query: string;
}

/** @throws KubeError when no whole answer came; HttpError for a query that is too long, or no API's answer; AccessError */
export async function relayRead(
  grants: Grants,
  read: ReadRequest,
  limits: ReadLimits = READ_LIMITS,
): Promise<void> {
  const { caller, cluster, target, request, response, query } = read;
  if (query.length > MAX_QUERY_BYTES) throw new HttpError(400, "the query is longer than 4 KiB");
  const headers: Record<string, string> = {};
  for (const name of REQUEST_HEADERS) if (request.headers[name]) headers[name] = request.headers[name];
  const body = target.kind === "review" ? await readBody(request) : undefined;
  if (body !== undefined) headers["content-type"] = reviewType(request);

  const right = target.kind === "read" ? lastingRight(target.right, new URLSearchParams(query)) : null;
  const grant = right ? grants.hold(caller, cluster, right) : grants.underSignIn(caller, cluster.name);
  const gone = new AbortController();
  const waiting = grant.onEnd(() => gone.abort());
  whenClosed(response, () => {
    gone.abort();
    grant.release();
  });
  const isLog = target.kind === "read" && target.right?.subresource === "log";
  const peer = `The API server ${hostOf(cluster)}`;
  let late = false;
  let limit: NodeJS.Timeout | undefined;
  let answer: IncomingMessage;
  try {
    // A plugin that asks a person to log in may take longer than an answer may.
    await abortable(cluster.connection(), gone.signal);
    // The kubelet sends the head of a log with its first line.
    if (!(isLog && right)) {
      limit = setTimeout(() => {
        late = true;
        gone.abort();
      }, limits.headMs);
    }
    answer = await cluster.request({
      method: target.kind === "review" ? "POST" : "GET",
      path: target.path + query,
      headers,
      ...(body === undefined ? {} : { body }),
      signal: gone.signal,
    });
  } catch (error) {
    if (late)
      throw new KubeError("TIMEOUT", `${peer} did not answer within ${limits.headMs / 1_000} seconds.`);
    throw grant.ended ? accessErrorOf(grant.ended) : error;
  } finally {
    clearTimeout(limit);
  }
  const code = answer.statusCode ?? 502;
  refuseForeignAnswer(answer, code, peer);
  // What the credential says of itself is known here alone.
  if (code === HTTP_UNAUTHORIZED) throw await cluster.refusal(answer);
  const passed: Record<string, string | string[]> = { ...SECURITY_HEADERS, "Cache-Control": "no-store" };
  for (const name of RESPONSE_HEADERS) if (answer.headers[name]) passed[name] = answer.headers[name];
  const ahead =
    right || isLog
      ? null
      : await readAhead(answer, peer, limits).catch((error) => {
          throw grant.ended ? accessErrorOf(grant.ended) : error;
        });
  if (ahead) whenClosed(response, ahead.release);
  if (ahead?.whole) {
    waiting();
    response.writeHead(code, { ...passed, "Content-Length": ahead.held.byteLength });
    response.end(ahead.held);
    return;
  }
  response.writeHead(code, passed);
  // A watch's first event may be minutes away; the client must know at once that it is open.
  response.flushHeaders();
  if (ahead) response.write(ahead.held);
  const bodyRelay = new BodyRelay(answer, response, right?.verb === "watch");
  if (ahead) answer.resume();
  waiting();
  grant.onEnd((end) => bodyRelay.end(end));
}

/** What only something in the API server's place answers: a redirect to a login page, the page itself, a balancer's. */
function refuseForeignAnswer(answer: IncomingMessage, code: number, peer: string): void {
  if (code >= 300 && code < 400) {
    answer.destroy();
    throw new HttpError(502, "the API server answered with a redirect, which is not followed");
  }
  const type = answer.headers["content-type"] ?? "";
  if (!/^text\/html\b/i.test(type)) return;
  answer.destroy();
  const after = answer.headers["retry-after"];
  throw new HttpError(
    code >= 400 ? code : 502,
    `${peer} answered ${code} with a web page, as no API server does. A proxy, a load balancer or a login page may stand in its place.`,
    { headers: after ? { "Retry-After": after } : {} },
  );
}

/** Never the user information of the address. */
function hostOf({ server }: Cluster): string {
  return URL.canParse(server) ? new URL(server).host : "of the context";
}
