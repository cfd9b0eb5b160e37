/**
 * Quiet streams, as a terminal that nobody types into: an exec and a port-forward connection are left alone but for
 * Porthole's own pings, and must still echo afterwards. What cuts them did so to terminals as well.
 */
import { SpdyConnection } from "#server/spdy/connection.ts";
import { endOf } from "#server/stream/stream-end.ts";
import { type Cut, cutWhileIdle } from "../cut-words.ts";
import type { Examination } from "../examination.ts";
import { failed, type Outcome, ok, sentence, skipped } from "../outcome.ts";
import { configurationOf } from "../refusal-words.ts";
import { EchoExec } from "./echo-exec.ts";

const PROGRESS_MS = 5_000;
/** kubectl's period on SPDY, and Porthole's on a WebSocket (stream/websocket/heartbeat.ts). */
const PING_PERIOD_MS = 5_000;
/** Two pings have had the time to be answered. */
const PINGS_EXPECTED_MS = 11_000;
interface Watched {
  what: string;
  /** Null while it is open. */
  cut(): Pick<Cut, "afterMs" | "end"> | null;
  rttMs(): number | null;
  over: Promise<unknown>;
  /** After the quiet: null when it still works, else why not. */
  stillWorks(): Promise<string | null>;
  drop(): void;
}

export async function* checkIdle(examination: Examination): AsyncGenerator<string, Outcome> {
  const { idleSeconds } = examination;
  if (idleSeconds === 0) return skipped("Left out, as asked.");
  const watched: Watched[] = [];
  try {
    watched.push(...(await open(examination)));
    if (watched.length === 0) return skipped("No stream works.");
    const started = performance.now();
    const total = idleSeconds * 1000;
    while (!examination.aborted && watched.every((one) => one.cut() === null)) {
      const left = total - (performance.now() - started);
      if (left <= 0) break;
      await quiet(Math.min(left, PROGRESS_MS), watched, examination);
      const seconds = Math.min(idleSeconds, Math.round((performance.now() - started) / 1000));
      yield `Quiet for ${seconds} of ${idleSeconds} seconds; ${pingWords(watched)}.`;
    }
    return await verdict(examination, watched);
  } finally {
    for (const one of watched) one.drop();
  }
}

async function verdict(examination: Examination, watched: readonly Watched[]): Promise<Outcome> {
  const advice = { hop: examination.way, configuration: configurationOf(examination) };
  for (const { what, cut, rttMs } of watched) {
    const ended = cut();
    if (!ended) continue;
    if (ended.end.cause === "dead-peer") {
      return failed(`${what} went dead while it was quiet: ${ended.end.words}.`, {
        ...advice,
        change: `Something between forgets quiet connections without closing them (a NAT or firewall): raise its idle limit, or look at ${examination.betweenName}.`,
      });
    }
    return cutWhileIdle({ what, ...ended, pinged: rttMs() !== null }, examination);
  }
  const { idleSeconds } = examination;
  const mute = watched.find(({ rttMs }) => rttMs() === null);
  if (mute && idleSeconds * 1000 >= PINGS_EXPECTED_MS) {
    return failed(`${mute.what} stayed open for ${idleSeconds} quiet seconds, but no ping was answered.`, {
      ...advice,
      change: `Let ${examination.betweenName} relay control frames, both ways and at once: after 30 silent seconds Porthole takes the other end for dead.`,
    });
  }
  for (const { what, stillWorks } of watched) {
    const problem = await stillWorks();
    if (problem === null) continue;
    return failed(`${what} stayed open for ${idleSeconds} quiet seconds and then ${problem}.`, {
      ...advice,
      change: `Something forgets quiet connections without closing them: raise the idle limit of ${examination.betweenName}.`,
    });
  }
  const names = watched.map(({ what }) => what.replace(/^The /, "the ")).join(" and ");
  const alive = sentence(`${names} stayed alive for ${idleSeconds} quiet seconds`);
  return ok(`${alive} ${sentence(pingWords(watched))}`);
}

/** Until the time is over, one of the streams ends, or the run is given up. */
async function quiet(ms: number, watched: readonly Watched[], examination: Examination): Promise<void> {
  const rest = new AbortController();
  const timer = setTimeout(() => rest.abort(), ms);
  const limit = AbortSignal.any([rest.signal, examination.limit(ms + PROGRESS_MS)]);
  const over = new Promise<void>((resolve) => {
    limit.addEventListener("abort", () => resolve(), { once: true });
    if (limit.aborted) resolve();
  });
  await Promise.race([over, ...watched.map((one) => one.over)]);
  clearTimeout(timer);
}

function pingWords(watched: readonly Watched[]): string {
  const answered = watched.flatMap((one) => one.rttMs() ?? []);
  if (answered.length === 0) return "no ping was answered yet";
  return `the last ping took ${Math.round(Math.max(...answered) * 10) / 10} ms`;
}

async function open(examination: Examination): Promise<Watched[]> {
  const watched: Watched[] = [];
  try {
    if (examination.execWires.length > 0 && !examination.noEcho) watched.push(await quietExec(examination));
    if (examination.tunnelWires.length > 0) watched.push(await quietTunnel(examination));
    return watched;
  } catch (error) {
    for (const one of watched) one.drop();
    throw error;
  }
}

async function quietExec(examination: Examination): Promise<Watched> {
  const [wire] = examination.execWires;
  const exec = await EchoExec.open(wire!.dialer, examination.place, examination.limit());
  return {
    what: `The exec stream over ${wire!.name}`,
    cut: () => exec.ended,
    rttMs: () => exec.rttMs,
    over: exec.over,
    async stillWorks() {
      const result = await exec.echo(Buffer.from("still there\n"), examination.limit());
      if (result.kind === "echoed") return null;
      return result.kind === "ended" ? `broke: ${result.ended.end.words}` : "echoed nothing any more";
    },
    drop: () => exec.terminate(),
  };
}

async function quietTunnel(examination: Examination): Promise<Watched> {
  const { namespace, pod } = examination.place;
  const [wire] = examination.tunnelWires;
  const { bytes } = await wire!.dialer.dialTunnel({ namespace, pod }, examination.limit());
  const openedAt = performance.now();
  let ended: Pick<Cut, "afterMs" | "end"> | null = null;
  let tell: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const connection = new SpdyConnection(bytes, {
    role: "client",
    pingPeriodMs: PING_PERIOD_MS,
    onEnd: (error) => {
      ended ??= {
        afterMs: performance.now() - openedAt,
        end: error ? endOf(error) : { cause: "closed", words: "the other side closed it" },
      };
      tell();
    },
  });
  return {
    what: `The port-forward connection over ${wire!.name}`,
    cut: () => ended,
    rttMs: () => connection.rttMs,
    over,
    async stillWorks() {
      const limit = examination.limit();
      const drop = () => connection.destroy();
      limit.addEventListener("abort", drop, { once: true });
      try {
        await connection.ping();
        return null;
      } catch {
        return "answered no ping any more";
      } finally {
        limit.removeEventListener("abort", drop);
      }
    },
    drop: () => {
      connection.destroy();
      bytes.destroy();
    },
  };
}
