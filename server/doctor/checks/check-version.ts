/** GET /version: that an API server answers and not a page of something else, how new it is, and whether clocks agree. */
import type { IncomingMessage } from "node:http";
import { readJson } from "#server/kube/api/api-answer.ts";
import { KubeError } from "#server/kube/errors.ts";
import type { Examination } from "../examination.ts";
import { failed, type Outcome, ok, warning } from "../outcome.ts";
import { CONFIGURATIONS } from "../ready-configurations.ts";
import { intermediaryOf } from "./proxy-signature.ts";

/** Tokens and certificates are checked with the server's clock; a minute is the usual leeway. */
const MAX_CLOCK_DIFFERENCE_MS = 60_000;
/** v5.channel.k8s.io is on by default from 1.30, the port-forward tunnel from 1.31 (KEP-4006). */
export const WEBSOCKET_EXEC_MINOR = 30;
export const WEBSOCKET_TUNNEL_MINOR = 31;

const HTTP_UNAUTHORIZED = 401;
const HTTP_FORBIDDEN = 403;

export async function checkVersion(examination: Examination, signal: AbortSignal): Promise<Outcome> {
  const { cluster } = examination;
  const started = performance.now();
  let answer: IncomingMessage | undefined;
  try {
    answer = await cluster.request({
      method: "GET",
      path: "/version",
      headers: { Accept: "application/json" },
      signal,
    });
    examination.between = intermediaryOf(answer.headers);
    const value = await readJson(answer, (refused) => cluster.refusal(refused), "review");
    const body = value as { gitVersion?: unknown };
    const ms = Math.round(performance.now() - started);
    return describe(examination, body.gitVersion, clockDifferenceMs(answer), ms);
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return refusal(examination, error, signal);
  }
}

function describe(
  examination: Examination,
  gitVersion: unknown,
  differenceMs: number | null,
  ms: number,
): Outcome {
  const { between } = examination;
  const behind = between ? ` The answer came by way of ${between.name}.` : "";
  const match = typeof gitVersion === "string" ? /^v?1\.(\d+)/.exec(gitVersion) : null;
  if (!match) {
    return warning(`The server answers in ${ms} ms, but does not tell a Kubernetes version.${behind}`, {
      hop: examination.way,
      change: "Check that the kubeconfig's server address is that of an API server.",
    });
  }
  examination.version = { text: match.input.slice(0, 60), minor: Number(match[1]) };
  const words = `Kubernetes ${examination.version.text}, answered in ${ms} ms.${behind}`;
  if (differenceMs !== null && Math.abs(differenceMs) > MAX_CLOCK_DIFFERENCE_MS) {
    const seconds = Math.round(Math.abs(differenceMs) / 1000);
    return warning(`${words} Its clock is ${seconds} s ${differenceMs > 0 ? "ahead" : "behind"}.`, {
      hop: "the clocks of this machine and of the API server",
      change: "Let both follow a time server: tokens and certificates are refused by a wrong clock.",
    });
  }
  return ok(words);
}

function refusal(examination: Examination, error: KubeError, signal: AbortSignal): Outcome {
  const { httpStatus, status } = error;
  // Some clusters tell strangers nothing; the next step says whether we are one.
  if (httpStatus === HTTP_UNAUTHORIZED || (httpStatus === HTTP_FORBIDDEN && status?.kind === "Status")) {
    return ok(`The server answers, but tells its version to nobody like us (${httpStatus}).`);
  }
  const hop = examination.way;
  const configuration = examination.between?.configuration ?? CONFIGURATIONS.any;
  if (signal.aborted) {
    return failed("The connection opens, and then no answer comes to a request.", {
      hop,
      change: "Look at the API server's load, and at what stands in between: it holds the request back.",
      configuration,
    });
  }
  if (error.code === "BAD_ANSWER" || (httpStatus !== undefined && status?.kind !== "Status")) {
    const what = httpStatus === undefined ? error.message : `It was answered with HTTP ${httpStatus}.`;
    return failed(`This is not the API server's own answer. ${what}`, {
      hop,
      change: `Find out why ${examination.betweenName} answers in the API server's place: a login page, a wrong address, or a backend it cannot reach.`,
      configuration,
    });
  }
  return failed(error.message, {
    hop,
    change: "Look at the API server: it refuses even to tell its version.",
  });
}

function clockDifferenceMs({ headers }: IncomingMessage): number | null {
  const theirs = Date.parse(headers.date ?? "");
  return Number.isNaN(theirs) ? null : theirs - Date.now();
}
