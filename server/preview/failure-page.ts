/** What a person sees when a forward cannot serve a request: what happened, what was tried, what helps. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ForwardError, ForwardErrorCode } from "#server/forward/errors.ts";
import type { ForwardTarget } from "#server/forward/target-resolver.ts";
import { ACCESS_HTTP, FORWARD_HTTP, RETRY_AFTER_S } from "#server/outcome/error-table.ts";
import { html, sendPage, sendStatus, wantsPage } from "./own-answers.ts";

/** What the page tells of a forward. */
export interface FailedForward {
  readonly cluster: string;
  readonly target: ForwardTarget;
  /** The pod that was tried; null when none was found. */
  readonly pod: string | null;
  readonly podPort: number;
}

interface Words {
  reason: string;
  title(forward: FailedForward): string;
  advice: string;
}

const STOPPING = {
  title: "Porthole is stopping",
  advice: "If it is being restarted, the port has to be opened there again in a moment.",
};

const pod = (forward: FailedForward) => `pod ${forward.pod ?? forward.target.name}`;

const WORDS: Record<ForwardErrorCode, Words> = {
  REFUSED: {
    reason: "NothingListens",
    title: (forward) => `Nothing listens on port ${forward.podPort} of ${pod(forward)}`,
    advice: "The pod runs, but no program in it accepts connections on this port. It may still be starting.",
  },
  NO_SUCH_POD: {
    reason: "NoSuchPod",
    title: ({ target }) => `There is no pod behind ${target.kind} ${target.name}`,
    advice: "It may have been deleted, or not created yet.",
  },
  NO_SUCH_PORT: {
    reason: "NoSuchPort",
    title: ({ target }) => `${target.kind} ${target.name} does not offer port ${target.port}`,
    advice: "Make a forward to one of its own ports.",
  },
  NOT_RUNNING: {
    reason: "PodNotRunning",
    title: ({ target }) => `${target.kind} ${target.name} is not running`,
    advice: "A port can be forwarded once the pod's phase is Running.",
  },
  POD: {
    reason: "PodFailed",
    title: (forward) => `The port ${forward.podPort} of ${pod(forward)} cannot be reached`,
    advice: "The cluster tried to connect and said why:",
  },
  NO_ANSWER: {
    reason: "NoAnswer",
    title: (forward) => `Port ${forward.podPort} of ${pod(forward)} closed the connection`,
    advice: "A program accepted the connection and ended it without an HTTP answer.",
  },
  NOT_HTTP: {
    reason: "NotHTTP",
    title: (forward) => `Port ${forward.podPort} of ${pod(forward)} does not speak HTTP`,
    advice: "A local port (for databases and the like) carries any protocol; this page carries only HTTP.",
  },
  FORBIDDEN: {
    reason: "Forbidden",
    title: ({ target }) => `The cluster does not allow a port-forward to ${target.kind} ${target.name}`,
    advice:
      "The credential needs the verb create on pods/portforward in this namespace, and to read the target.",
  },
  CLUSTER: {
    reason: "ClusterUnreachable",
    title: ({ cluster }) => `The API server of ${cluster} does not answer`,
    advice: "Without it no pod can be found.",
  },
  TUNNEL: {
    reason: "TunnelLost",
    title: (forward) => `The tunnel to ${pod(forward)} could not be opened or was lost`,
    advice: "The next request opens a new one.",
  },
  STALLED: {
    reason: "TunnelStalled",
    title: (forward) => `The tunnels to ${pod(forward)} stand still`,
    advice: "Large downloads that nobody reads fill them. Stop or finish one.",
  },
  TIMEOUT: {
    reason: "Timeout",
    title: (forward) => `${forward.target.kind} ${forward.target.name} did not answer in time`,
    advice: "It may be busy, or the way to it slow.",
  },
  LIMIT: {
    reason: "TooManyRequests",
    title: () => "This forward is busy",
    advice: "It serves as many connections as it may. Others have to end first.",
  },
  INVALID: {
    reason: "Invalid",
    title: ({ target }) => `${target.kind} ${target.name} cannot be forwarded`,
    advice: "Its definition gives no pod to connect to.",
  },
  CLOSED: {
    reason: "NotFound",
    title: () => "This forward was removed",
    advice: "Open the port again in Porthole.",
  },
  NOT_FOUND: {
    reason: "NotFound",
    title: () => "There is no such forward",
    advice: "It was removed, or Porthole was restarted. Open the port again in Porthole.",
  },
};

/** The HTTP code and reason of a failure, and its one-line message. */
export function describeFailure(forward: FailedForward, error: ForwardError) {
  const words = WORDS[error.code];
  const title = words.title(forward);
  return {
    httpStatus: FORWARD_HTTP[error.code].preview,
    reason: words.reason,
    title,
    message: `${title}: ${error.message}`,
  };
}

export function sendFailure(
  request: IncomingMessage,
  response: ServerResponse,
  forward: FailedForward,
  error: ForwardError,
  appOrigin: string,
): number {
  const { httpStatus, reason, title, message } = describeFailure(forward, error);
  if (!wantsPage(request)) {
    sendStatus(response, httpStatus, reason, message);
    return httpStatus;
  }
  const { cluster, target } = forward;
  const body = html`<h1>${title}</h1>
<p>${WORDS[error.code].advice}</p>
<pre>${error.message}</pre>
<dl>
<dt>Asked for</dt><dd>${target.kind} ${target.name}, port ${target.port}</dd>
<dt>Tried</dt><dd>${forward.pod ? `pod ${forward.pod}, port ${forward.podPort}` : "no pod was found to try"}</dd>
<dt>Where</dt><dd>namespace ${target.namespace}, cluster ${cluster}</dd>
</dl>
<p><a href="">Try again</a></p>`;
  sendPage(response, httpStatus, { title, body, frameAncestor: appOrigin });
  return httpStatus;
}

/** For a browser that does not say where a request comes from: a person's click on this page does. */
export function sendUnproven(response: ServerResponse): void {
  const title = "Open this page?";
  const body = html`<h1>${title}</h1>
<p>Your browser does not tell Porthole who asks for it. If it was you, go on.</p><p><a href="">Go on</a></p>`;
  sendPage(response, 403, { title, body });
}

/** Every request but those that run already: Porthole stops. */
export function sendStopping(request: IncomingMessage, response: ServerResponse, appOrigin: string): void {
  const { title, advice } = STOPPING;
  response.setHeader("Retry-After", RETRY_AFTER_S);
  if (!wantsPage(request)) {
    sendStatus(response, ACCESS_HTTP.STOPPING, "ServiceUnavailable", `${title}. ${advice}`);
    return;
  }
  const body = html`<h1>${title}</h1><p>${advice}</p><p><a href="">Try again</a></p>`;
  sendPage(response, ACCESS_HTTP.STOPPING, { title, body, frameAncestor: appOrigin });
}

/** For an id that no forward has (any more). */
export function sendNoForward(request: IncomingMessage, response: ServerResponse, appOrigin: string): void {
  const title = "There is no such forward";
  const { advice } = WORDS.NOT_FOUND;
  if (!wantsPage(request)) {
    sendStatus(response, FORWARD_HTTP.NOT_FOUND.preview, "NotFound", `${title}. ${advice}`);
    return;
  }
  const body = html`<h1>${title}</h1><p>${advice}</p><p><a href="${appOrigin}/">Porthole</a></p>`;
  sendPage(response, FORWARD_HTTP.NOT_FOUND.preview, { title, body, frameAncestor: appOrigin });
}
