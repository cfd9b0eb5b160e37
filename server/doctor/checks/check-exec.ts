/**
 * One command over one wire: the upgrade, a line to `cat` and back, the half-close, and the exit status. A container
 * without `cat` proves the way as well, since only its runtime can say so.
 */
import { randomBytes } from "node:crypto";
import { KubeError } from "#server/kube/errors.ts";
import { StreamError, type StreamErrorCode, UpgradeError } from "#server/stream/errors.ts";
import { endOf } from "#server/stream/stream-end.ts";
import type { ExecDialer } from "#server/stream/types.ts";
import { cutAtOnce, silent } from "../cut-words.ts";
import type { Examination } from "../examination.ts";
import { type Advice, failed, type Outcome, ok, sentence, warning } from "../outcome.ts";
import { configurationOf, refusalOutcome } from "../refusal-words.ts";
import { EchoExec, type EndedExec } from "./echo-exec.ts";

export type WireName = "WebSocket" | "SPDY";

const LINE_RANDOM_BYTES = 12;

export async function checkExec(
  examination: Examination,
  wire: WireName,
  dialer: ExecDialer,
  signal: AbortSignal,
): Promise<Outcome> {
  let exec: EchoExec;
  try {
    exec = await EchoExec.open(dialer, examination.place, signal);
  } catch (error) {
    return dialOutcome(error, examination, { subresource: "exec", wire }, signal);
  }
  try {
    return await exchange(exec, examination, wire, dialer);
  } finally {
    exec.terminate();
  }
}

async function exchange(
  exec: EchoExec,
  examination: Examination,
  wire: WireName,
  dialer: ExecDialer,
): Promise<Outcome> {
  const line = Buffer.from(`porthole doctor ${randomBytes(LINE_RANDOM_BYTES).toString("hex")}\n`);
  const result = await exec.echo(line, examination.limit());
  if (result.kind === "silent") return silent(wire, examination.stepLimitMs, examination);
  if (result.kind === "ended") return endedEarly(result.ended, exec, examination, wire, dialer);
  if (result.kind === "changed") {
    return failed("Other bytes came back than were sent.", {
      hop: examination.way,
      change: `Let ${examination.betweenName} relay the bytes of upgraded connections as they are.`,
      configuration: configurationOf(examination),
    });
  }
  examination.execWires.push({ dialer, name: wire });
  const open = `${exec.subprotocol}, open in ${Math.round(exec.handshakeMs)} ms, a line was back in ${Math.round(result.ms)} ms`;
  return endingOutcome(await exec.finish(examination.limit()), open, examination);
}

/** After a line came back and stdin was closed: the status tells how the command ended. */
function endingOutcome(ended: EndedExec | null, open: string, examination: Examination): Outcome {
  if (ended?.ending.kind === "exited" && ended.ending.code === 0) return ok(`${open}.`);
  const advice = {
    hop: `${examination.way} → the kubelet`,
    change: `Exit codes get lost there. If ${examination.betweenName} closes connections by itself, let it wait for both sides.`,
  };
  if (!ended) return warning(`${open}. But the command does not end when its input does.`, advice);
  const { ending, end } = ended;
  const said = ending.kind === "exited" ? `it is ${ending.code}` : ending.message;
  const found = `${open}. But the exit status is missing: ${said} (${end.words}).`;
  // Closed in order it is the cluster's fault; otherwise somebody cut the connection at the half-close.
  return end.cause === "closed" ? warning(found, advice) : failed(found, advice);
}

function endedEarly(
  ended: EndedExec,
  exec: EchoExec,
  examination: Examination,
  wire: WireName,
  dialer: ExecDialer,
): Outcome {
  const { ending, end, afterMs, stderr } = ended;
  if (ending.kind === "unknown") {
    const cut = { what: "The exec stream", afterMs, end, pinged: false };
    return cutAtOnce(cut, wire, examination);
  }
  const said = ending.kind === "exited" ? `exit code ${ending.code} ${stderr}`.trim() : ending.message;
  if (ending.kind === "exited" || /not found|no such file|executable/i.test(said)) {
    examination.noEcho = "the container has no `cat` to echo with";
    examination.execWires.push({ dialer, name: wire });
    const words = `${exec.subprotocol}, open in ${Math.round(exec.handshakeMs)} ms; the container has no usable \`cat\` (${said}), so what comes back could not be compared.`;
    return ok(words);
  }
  return failed(`The upgrade went well; then the cluster said: ${said}`, {
    hop: "the API server → the kubelet → the container's runtime",
    change: "Look at the kubelet's and the runtime's logs on the pod's node.",
  });
}

const AFTER_UPGRADE = new Set<StreamErrorCode>(["PROTOCOL", "LOST", "GOING_AWAY"]);

/** A dial that did not end in an open stream. */
export function dialOutcome(
  error: unknown,
  examination: Examination,
  attempt: { subresource: "exec" | "portforward"; wire: WireName },
  signal: AbortSignal,
): Outcome {
  if (error instanceof UpgradeError) return refusalOutcome(error, examination, attempt);
  const advice: Advice = { hop: examination.way, configuration: configurationOf(examination) };
  const seconds = Math.round(examination.stepLimitMs / 1000);
  if (signal.aborted || (error instanceof StreamError && error.code === "TIMEOUT")) {
    const what =
      attempt.wire === "SPDY" ? "The SPDY upgrade, or the opening of its streams," : "The WebSocket upgrade";
    return failed(`${what} got no answer within ${seconds} seconds.`, {
      ...advice,
      change: `Let ${examination.betweenName} pass the answer to an upgrade on at once, without waiting for a body.`,
    });
  }
  // Reached only after the upgrade: the streams in it could not be opened.
  if (error instanceof StreamError && AFTER_UPGRADE.has(error.code)) {
    const cut = { what: "The connection", afterMs: 0, end: endOf(error), pinged: false };
    return cutAtOnce(cut, attempt.wire, examination);
  }
  if (error instanceof StreamError || error instanceof KubeError) {
    return failed(sentence(error.message), {
      ...advice,
      change: `Plain requests work and upgrades do not: look at what ${examination.betweenName} does with them.`,
    });
  }
  throw error;
}
