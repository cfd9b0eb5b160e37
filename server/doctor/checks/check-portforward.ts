/**
 * One port-forward connection over one wire: the upgrade, a ping through SPDY/3.1, and one subrequest to a port of the
 * pod. Whether something listens there is the pod's business; that somebody answered is the way's.
 */
import { SpdyConnection } from "#server/spdy/connection.ts";
import { SubrequestPair } from "#server/stream/portforward/subrequest-pair.ts";
import { endOf } from "#server/stream/stream-end.ts";
import type { TunnelConnection, TunnelDialer } from "#server/stream/types.ts";
import { cutAtOnce, silent } from "../cut-words.ts";
import type { Examination } from "../examination.ts";
import { failed, type Outcome, ok, warning } from "../outcome.ts";
import { configurationOf } from "../refusal-words.ts";
import { dialOutcome, type WireName } from "./check-exec.ts";

/** For pods that declare none. Opening a connection there and closing it harms nobody. */
const FALLBACK_PORT = 80;
/** A runtime that finds nobody on the port says so well within this time, or this part of a step's limit. */
const MAX_PORT_ERROR_WAIT_MS = 1_000;
const PORT_ERROR_WAIT_PART = 0.1;
const MAX_SHOWN_CHARS = 200;
/** Of a connect() in the pod: the way up to it works. */
const NOBODY_LISTENS = /refused|no route to host|timed? ?out|unreachable/i;

export async function checkPortforward(
  examination: Examination,
  wire: WireName,
  dialer: TunnelDialer,
  signal: AbortSignal,
): Promise<Outcome> {
  const { namespace, pod } = examination.place;
  let tunnel: TunnelConnection;
  try {
    tunnel = await dialer.dialTunnel({ namespace, pod }, signal);
  } catch (error) {
    return dialOutcome(error, examination, { subresource: "portforward", wire }, signal);
  }
  const openedAt = performance.now();
  const lost: { error: Error | null } = { error: null };
  const connection = new SpdyConnection(tunnel.bytes, {
    role: "client",
    // The limit below comes first.
    replyTimeoutMs: 2 * examination.stepLimitMs,
    onEnd: (error) => {
      lost.error ??= error;
    },
  });
  const over = examination.limit();
  const abort = () => connection.destroy();
  over.addEventListener("abort", abort, { once: true });
  try {
    const pinged = connection.ping().catch(() => null);
    const waitMs = Math.min(MAX_PORT_ERROR_WAIT_MS, examination.stepLimitMs * PORT_ERROR_WAIT_PART);
    const port = examination.declaredPort ?? FALLBACK_PORT;
    const said = await subrequest(connection, port, waitMs);
    // Destroys the connection at the limit, so it settles.
    const rttMs = await pinged;
    await connection.close();
    const open = `${tunnel.subprotocol}, open in ${Math.round(tunnel.handshakeMs)} ms`;
    return portOutcome(examination, { open, rttMs, said, port }, () =>
      examination.tunnelWires.push({ dialer, name: wire }),
    );
  } catch (error) {
    if (over.aborted) return silent(wire, examination.stepLimitMs, examination);
    const cut = {
      what: "The port-forward connection",
      afterMs: performance.now() - openedAt,
      end: endOf(lost.error ?? (error as Error)),
      pinged: false,
    };
    return cutAtOnce(cut, wire, examination);
  } finally {
    over.removeEventListener("abort", abort);
    connection.destroy();
    tunnel.bytes.destroy();
  }
}

function portOutcome(
  examination: Examination,
  { open, rttMs, said, port }: { open: string; rttMs: number | null; said: string; port: number },
  works: () => void,
): Outcome {
  const which = examination.declaredPort === null ? `port ${port} (the pod declares none)` : `port ${port}`;
  if (said !== "" && !NOBODY_LISTENS.test(said)) {
    return failed(`${open}; but the node cannot forward: ${said.slice(0, MAX_SHOWN_CHARS)}`, {
      hop: "the kubelet → the pod's network",
      change: "Look at the kubelet's and the runtime's logs on the pod's node.",
    });
  }
  works();
  const there = `${which} ${said === "" ? "takes connections" : "has nobody listening"}`;
  if (rttMs !== null) return ok(`${open}, ping ${Math.round(rttMs * 10) / 10} ms; ${there}.`);
  return warning(`${open}; ${there}. But no ping is answered: Porthole will take the other end for dead.`, {
    hop: examination.way,
    change: `Let ${examination.betweenName} relay bytes both ways after a 101, without reading them.`,
    configuration: configurationOf(examination),
  });
}

/** The text on the error stream, "" when there is none. Rejects when the streams are refused. */
async function subrequest(connection: SpdyConnection, port: number, waitMs: number): Promise<string> {
  const pair = new SubrequestPair(connection, port, 0);
  try {
    const data = await pair.open();
    data.resume();
    return (await pair.errorText.endedWithin(waitMs)).trim();
  } finally {
    pair.reset();
  }
}
