/** The steps in their order: what each one tries, what it needs, and who does it. */
import type { DoctorStepName } from "#protocol/doctor.ts";
import type { StreamSubresource } from "#protocol/subprotocol.ts";
import { SpdyDialer } from "#server/stream/dial/spdy-dialer.ts";
import { WebSocketDialer } from "#server/stream/dial/websocket-dialer.ts";
import type { Examination } from "../examination.ts";
import type { Outcome } from "../outcome.ts";
import { checkConnection } from "./check-connection.ts";
import { checkContext } from "./check-context.ts";
import { checkCredential } from "./check-credential.ts";
import { checkExec } from "./check-exec.ts";
import { checkIdle } from "./check-idle.ts";
import { checkLargeMessage } from "./check-large-message.ts";
import { checkName } from "./check-name.ts";
import { checkPermissions } from "./check-permissions.ts";
import { checkPod } from "./check-pod.ts";
import { checkPortforward } from "./check-portforward.ts";
import { checkProxy } from "./check-proxy.ts";
import { checkTls } from "./check-tls.ts";
import { checkVersion } from "./check-version.ts";

export interface Check {
  name: Exclude<DoctorStepName, "verdict">;
  tried(examination: Examination): string;
  /** Steps that must have passed, if with a warning. */
  needs: readonly DoctorStepName[];
  /** Why it is left out nevertheless. */
  unless?(examination: Examination): string | null;
  run(
    examination: Examination,
    signal: AbortSignal,
  ): Promise<Outcome> | AsyncGenerator<string, Outcome, undefined>;
}

const READY: readonly DoctorStepName[] = ["credential", "pod"];

export const CHECKS: readonly Check[] = [
  {
    name: "context",
    tried: ({ cluster }) => `The context "${cluster.name}" and its credential.`,
    needs: [],
    run: checkContext,
  },
  {
    name: "dns",
    tried: ({ firstHop }) => `The name of ${firstHop.name}.`,
    needs: [],
    unless: ({ cluster }) => (cluster.server ? null : "The context names no API server."),
    run: checkName,
  },
  {
    name: "tcp",
    tried: ({ firstHop }) => `A TCP connection to ${firstHop.name}.`,
    needs: ["dns"],
    run: checkConnection,
  },
  {
    name: "proxy",
    tried: ({ apiServer }) => `Which proxy leads to ${apiServer.name}.`,
    needs: ["tcp"],
    run: checkProxy,
  },
  {
    name: "tls",
    tried: ({ apiServer }) => `The certificate of ${apiServer.name}.`,
    needs: ["context", "proxy"],
    run: checkTls,
  },
  {
    name: "version",
    tried: () => "GET /version.",
    needs: ["tls"],
    run: checkVersion,
  },
  {
    name: "credential",
    tried: () => "Who the API server says that we are.",
    needs: ["version"],
    run: checkCredential,
  },
  {
    name: "pod",
    tried: ({ target }) =>
      target.pod ? `Pod ${target.namespace}/${target.pod}.` : `A running pod in ${target.namespace}.`,
    needs: ["credential"],
    run: checkPod,
  },
  {
    name: "permissions",
    tried: ({ target }) =>
      `"create" and "get" on pods/exec, pods/attach and pods/portforward in ${target.namespace}.`,
    needs: ["credential"],
    run: checkPermissions,
  },
  {
    name: "exec-websocket",
    tried: () => "`cat` in the container over v5.channel.k8s.io.",
    needs: READY,
    unless: lacks("exec"),
    run: (examination, signal) =>
      checkExec(examination, "WebSocket", new WebSocketDialer(examination.cluster), signal),
  },
  {
    name: "exec-spdy",
    tried: () => "`cat` in the container over SPDY/3.1.",
    needs: READY,
    unless: lacks("exec"),
    run: (examination, signal) => checkExec(examination, "SPDY", new SpdyDialer(examination.cluster), signal),
  },
  {
    name: "tunnel",
    tried: () => "A port-forward connection through a WebSocket.",
    needs: READY,
    unless: lacks("portforward"),
    run: (examination, signal) =>
      checkPortforward(examination, "WebSocket", new WebSocketDialer(examination.cluster), signal),
  },
  {
    name: "portforward-spdy",
    tried: () => "A port-forward connection over SPDY/3.1.",
    needs: READY,
    unless: lacks("portforward"),
    run: (examination, signal) =>
      checkPortforward(examination, "SPDY", new SpdyDialer(examination.cluster), signal),
  },
  {
    name: "large-message",
    tried: () => "1 MiB through `cat` and back, compared by SHA-256.",
    needs: READY,
    run: checkLargeMessage,
  },
  {
    name: "idle",
    tried: ({ idleSeconds }) => `Quiet streams for ${idleSeconds} seconds, with a ping every 5 seconds.`,
    needs: READY,
    run: checkIdle,
  },
];

/** `create` is required by us whatever the API server would let through (threats.md A16). */
function lacks(subresource: StreamSubresource) {
  return ({ mayCreate }: Examination) =>
    mayCreate.has(subresource) ? null : `Not tried: "create" on pods/${subresource} is not allowed.`;
}
