/**
 * What an answer other than 101 means, and who must change what. API servers answer refusals with a Status; anything
 * else was written on the way (protocol.md 1.9).
 */

import type { StreamSubresource } from "#protocol/subprotocol.ts";
import { lacksWebSockets, OLD_KUBELETS } from "#server/stream/dial/old-kubelet.ts";
import type { UpgradeError } from "#server/stream/errors.ts";
import { WEBSOCKET_EXEC_MINOR, WEBSOCKET_TUNNEL_MINOR } from "./checks/check-version.ts";
import { type Intermediary, intermediaryOf } from "./checks/proxy-signature.ts";
import type { Examination } from "./examination.ts";
import { failed, type Outcome, warning } from "./outcome.ts";
import { CONFIGURATIONS } from "./ready-configurations.ts";

export interface Attempt {
  subresource: StreamSubresource;
  wire: "WebSocket" | "SPDY";
}

const PASS_UPGRADES =
  "pass the request headers Upgrade and Connection on, and speak HTTP/1.1 to the API server";
const MAX_QUOTE_CHARS = 200;

export function refusalOutcome(error: UpgradeError, examination: Examination, attempt: Attempt): Outcome {
  const between = error.answer && intermediaryOf(error.answer.headers, error.answer.body);
  if (between) examination.between ??= between;
  if (!between && attempt.wire === "WebSocket" && lacksWebSockets(error, attempt.subresource)) {
    const old = tooOld(examination, attempt) ?? OLD_KUBELETS;
    return warning(`Not there: ${old}. Streams go over SPDY.`);
  }
  return isStatus(error)
    ? apiServersAnswer(error, examination, attempt)
    : answerInBetween(error, examination, attempt, between ?? examination.between);
}

/** The cluster is older than the WebSocket form of this stream: SPDY is the way, and nothing is broken. */
function tooOld({ version }: Examination, { wire, subresource }: Attempt): string | null {
  if (wire === "SPDY" || !version) return null;
  const since = subresource === "portforward" ? WEBSOCKET_TUNNEL_MINOR : WEBSOCKET_EXEC_MINOR;
  return version.minor < since
    ? `Kubernetes ${version.text} is older than 1.${since}, which brought it`
    : null;
}

function apiServersAnswer(error: UpgradeError, examination: Examination, attempt: Attempt): Outcome {
  const { httpStatus } = error;
  const { subresource, wire } = attempt;
  const said = quote(error.message);
  const old = tooOld(examination, attempt);
  if (/upgrade request required/i.test(said)) {
    return failed(`The request reached the API server, but no longer asked for an upgrade (${httpStatus}).`, {
      hop: examination.way,
      change: `Let ${examination.betweenName} ${PASS_UPGRADES}.`,
      configuration: configurationOf(examination),
    });
  }
  if (httpStatus === 403 && wire === "WebSocket" && !examination.mayGet.has(subresource)) {
    return warning(`Refused, because a WebSocket upgrade is a GET and the role lacks "get": ${said}`, {
      hop: "the role of this user",
      change: `Grant "get" on pods/${subresource} beside "create"; until then SPDY is used.`,
    });
  }
  if (old) return warning(`Not there: ${old}. The API server says: ${said}`);
  if (/error dialing backend|no agent available|dial tcp/i.test(said)) {
    return failed(`The API server cannot reach the node: ${said}`, {
      hop: "the API server → the node's kubelet",
      change:
        "Let the API server reach port 10250 of the nodes, or look at the tunnel (konnectivity agent) in between.",
    });
  }
  if (httpStatus === 401) return lostCredential(examination, attempt);
  return failed(`The API server answered ${httpStatus}: ${said}`, {
    hop: httpStatus >= 500 ? "the API server → the node's kubelet" : "the API server",
    change:
      httpStatus === 403
        ? `Allow "${wire === "SPDY" ? "create" : "get and create"}" on pods/${subresource}, or look at the admission webhooks.`
        : "Look at the API server's and the kubelet's logs for this request.",
  });
}

function answerInBetween(
  error: UpgradeError,
  examination: Examination,
  attempt: Attempt,
  between: Intermediary | null,
): Outcome {
  const { httpStatus } = error;
  const old = tooOld(examination, attempt);
  // A kubelet before v5 refuses what it does not speak with a bare 403 (x/net), old API servers with 400.
  if (old && !between && (httpStatus === 403 || httpStatus === 400)) return warning(`Not there: ${old}.`);
  if (httpStatus === 401) return lostCredential(examination, attempt);
  const who = between?.name ?? examination.betweenName;
  const advice = {
    hop: examination.way,
    configuration: between?.configuration ?? configurationOf(examination),
  };
  const found = `${who} answered ${httpStatus} in the API server's place. ${meaningOf(error)}`;
  const wrong = `The answer to the upgrade is wrong: ${quote(error.message)}.`;
  return failed(httpStatus === 101 ? wrong : capital(found), {
    ...advice,
    change: changeFor(error, who, attempt),
  });
}

function meaningOf(error: UpgradeError): string {
  const { httpStatus } = error;
  if (httpStatus >= 300 && httpStatus < 400) return "It is a redirect, to a login page or another address.";
  if (httpStatus >= 200 && httpStatus < 300) return "It is a page, and not an upgrade.";
  if (httpStatus === 426) return "It takes the API server for one that wants another protocol.";
  if (httpStatus === 403) return "It forbids upgrades.";
  if (httpStatus === 404) return "It has no route for this path.";
  if (httpStatus === 405 || httpStatus === 501) return "It does not know this kind of request.";
  if (httpStatus === 502) return "It did not understand what the API server answered to the upgrade.";
  if (httpStatus === 503) return "It has no API server to send the upgrade to.";
  if (httpStatus === 408 || httpStatus === 504) return "It waited in vain for the API server.";
  return "It refuses upgrades.";
}

function changeFor({ httpStatus }: UpgradeError, who: string, { wire }: Attempt): string {
  if (httpStatus === 101)
    return `Let ${who} pass the headers of the answer on as they are, Sec-WebSocket-Protocol and Sec-WebSocket-Accept among them.`;
  if (httpStatus >= 300 && httpStatus < 400)
    return `Let ${who} admit requests with an Authorization header without its own login.`;
  if (httpStatus === 403 || httpStatus === 405 || httpStatus === 501) {
    const method = wire === "SPDY" ? "POST with Upgrade: SPDY/3.1" : "GET with Upgrade: websocket";
    return `Allow ${method} in ${who} for paths ending in /exec, /attach and /portforward.`;
  }
  if (httpStatus === 404) return `Let ${who} send every path on to the API server.`;
  if (httpStatus === 503 || httpStatus === 504 || httpStatus === 408)
    return `Check that ${who} reaches the API server; plain requests did.`;
  return `Let ${who} ${PASS_UPGRADES}.`;
}

function lostCredential(examination: Examination, { wire }: Attempt): Outcome {
  return failed(`The ${wire} upgrade was answered 401, although plain requests are accepted.`, {
    hop: examination.way,
    change: `Let ${examination.betweenName} pass the Authorization header of upgrades on.`,
    configuration: configurationOf(examination),
  });
}

export function configurationOf({ between, proxy }: Examination): string {
  return between?.configuration ?? (proxy ? CONFIGURATIONS.forward : CONFIGURATIONS.any);
}

function isStatus({ status }: UpgradeError): boolean {
  return status?.kind === "Status" || (status !== null && typeof status.reason === "string");
}

function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > MAX_QUOTE_CHARS ? `${line.slice(0, MAX_QUOTE_CHARS)}…` : line;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
