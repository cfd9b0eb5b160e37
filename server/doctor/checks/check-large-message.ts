/**
 * A mebibyte through the container and back, compared by SHA-256. When it does not come back whole, small pieces tell
 * a limit on the size of a message from one on the bytes of a connection.
 */
import { randomBytes } from "node:crypto";
import { MAX_FRAME_BYTES, MAX_PAYLOAD_BYTES } from "#protocol/channel.ts";
import type { Examination } from "../examination.ts";
import { failed, type Outcome, ok, skipped, warning } from "../outcome.ts";
import { configurationOf } from "../refusal-words.ts";
import { EchoExec, type EchoResult } from "./echo-exec.ts";

const LARGE_BYTES = 1024 * 1024;
const SMALL_PIECE_BYTES = 1024;
/** Slow lines included: 0.3 Mbit/s. */
const LARGE_LIMIT_FACTOR = 2;

/** Something came this lately: it has not stopped. */
const STILL_COMING_MS = 3_000;

export async function checkLargeMessage(examination: Examination): Promise<Outcome> {
  const [wire] = examination.execWires;
  if (!wire) return skipped("No exec stream works.");
  if (examination.noEcho) return skipped(`Not possible: ${examination.noEcho}.`);
  const bytes = randomBytes(LARGE_BYTES);
  const whole = await roundTrip(examination, bytes, MAX_PAYLOAD_BYTES);
  if (whole.kind === "echoed") {
    const ms = Math.max(1, Math.round(whole.ms));
    return ok(`1 MiB came back whole over ${wire.name}, in ${ms} ms.`);
  }
  const hop = examination.way;
  const configuration = configurationOf(examination);
  const who = examination.betweenName;
  if (whole.kind === "changed") {
    return failed("1 MiB came back with other bytes than were sent.", {
      ...{ hop, configuration },
      change: `Let ${who} relay the bytes of upgraded connections as they are.`,
    });
  }
  if (whole.kind === "silent" && whole.receivedBytes > 0 && whole.quietMs < STILL_COMING_MS) {
    const seconds = (examination.stepLimitMs * LARGE_LIMIT_FACTOR) / 1000;
    return warning(
      `It is slow: ${whole.receivedBytes} of ${LARGE_BYTES} bytes came back in ${seconds} seconds.`,
      {
        hop,
        change: `Look for a slow line, a limit on bandwidth in ${who}, or --max-connection-bytes-per-sec of the API server.`,
      },
    );
  }
  const pieces = await roundTrip(examination, bytes, SMALL_PIECE_BYTES);
  const where = `after ${whole.receivedBytes} of ${LARGE_BYTES} bytes (${reasonOf(whole)})`;
  if (pieces.kind === "echoed") {
    return failed(
      `Messages of ${MAX_FRAME_BYTES} bytes do not pass, ones of ${SMALL_PIECE_BYTES + 1} do: cut ${where}.`,
      {
        ...{ hop, configuration },
        change: `Raise the largest WebSocket message that ${who} lets through to 64 KiB or more.`,
      },
    );
  }
  return failed(`A transfer of 1 MiB was cut ${where}.`, {
    ...{ hop, configuration },
    change: `Take the limits on body size, bytes and time off upgraded connections in ${who}.`,
  });
}

async function roundTrip(
  examination: Examination,
  bytes: Uint8Array,
  pieceBytes: number,
): Promise<EchoResult> {
  const [wire] = examination.execWires;
  if (!wire) throw new TypeError("looked at by the caller");
  const exec = await EchoExec.open(wire.dialer, examination.place, examination.limit());
  try {
    const limit = examination.limit(examination.stepLimitMs * LARGE_LIMIT_FACTOR);
    return await exec.echo(bytes, limit, pieceBytes);
  } finally {
    exec.terminate();
  }
}

function reasonOf(result: Extract<EchoResult, { kind: "ended" | "silent" }>): string {
  return result.kind === "ended" ? result.ended.end.words : "then nothing more came";
}
