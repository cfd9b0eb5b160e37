/** What must hold in an exec cell, whichever client and upstream it is. */
import assert from "node:assert/strict";
import { RandomBytes } from "../../conformance/peers/random-bytes.ts";
import { type MatrixClient, READY, type RunRequest, type RunResult } from "../clients/client.ts";
import { Arrival, UNTIL_ANSWERED } from "./arrival.ts";

const SIZE = { columns: 101, rows: 37 };
const CODES = [0, 1, 137];

/** Random bytes in a file, its hash, then READY, the bytes and the hash. */
function randomSource(bytes: number): string {
  return `f=$(mktemp); head -c ${bytes} /dev/urandom >$f; h=$(sha256sum <$f); printf ${READY}; cat $f; rm $f; printf "%s" "\${h%% *}"; ${UNTIL_ANSWERED}`;
}

const SHA256_CHARS = 64;

/** Pipes: both directions, exit codes, the input's end. */
export async function provePipe(client: MatrixClient, cuttable: Cuttable, bytes: number): Promise<void> {
  await proveCodes(client, cuttable, false);
  await proveEnd(client);
  const up = new RandomBytes(bytes);
  const hashed = await client.run({ script: `printf ${READY}; sha256sum`, tty: false, input: up.pieces() });
  assert.equal(hashed.text.split(" ")[0], up.sha256, `up: ${hashed.stderr}`);
  await proveDown(client, bytes, false);
  const both = new RandomBytes(bytes);
  const arrival = new Arrival(bytes);
  const echoed = await client.run({
    script: `printf ${READY}; cat`,
    tty: false,
    input: arrival.holding(both.pieces()),
    onBytes: arrival.onBytes,
  });
  assert.deepEqual([echoed.bytes, echoed.sha256, echoed.code], [bytes, both.sha256, 0], "both at once");
}

/** A terminal: the same, made raw so that bytes stay bytes, and its size. */
export async function proveTerminal(client: MatrixClient, cuttable: Cuttable, bytes: number): Promise<void> {
  const size = `n=0; until [ "$(stty size)" = "${SIZE.rows} ${SIZE.columns}" ] || [ $n = 100 ]; do n=$((n+1)); sleep 0.1; done; printf ${READY}; stty size`;
  assert.match((await client.run({ script: size, tty: true, size: SIZE })).text, /^37 101\s/, "size");
  await proveCodes(client, cuttable, true);
  const up = new RandomBytes(bytes);
  const raw = `stty raw -echo; printf ${READY}`;
  const hashed = await client.run({
    script: `${raw}; head -c ${bytes} | sha256sum`,
    tty: true,
    input: up.pieces(),
  });
  assert.equal(hashed.text.split(" ")[0], up.sha256, "up");
  await proveDown(client, bytes, true);
  const both = new RandomBytes(bytes);
  const arrival = new Arrival(bytes);
  const echoed = await client.run({
    script: `${raw}; head -c ${bytes}; ${UNTIL_ANSWERED}`,
    tty: true,
    input: arrival.answering(both.pieces()),
    onBytes: arrival.onBytes,
  });
  assert.deepEqual([echoed.bytes, echoed.sha256, echoed.code], [bytes, both.sha256, 0], "both at once");
}

export interface Cuttable {
  client: MatrixClient;
  cut(): void;
}

/** Exit codes are told; a connection that breaks is no exit code, and never success. */
async function proveCodes(
  client: MatrixClient,
  { client: other, cut }: Cuttable,
  tty: boolean,
): Promise<void> {
  for (const code of CODES) {
    const result = await client.run({ script: `printf ${READY}; exit ${code}`, tty });
    assert.equal(result.code, code, `exit code ${code}: ${result.text}${result.stderr}`);
  }
  const killed = await client.run({ script: `printf ${READY}; kill -9 $$`, tty });
  assert.equal(killed.code, 137, `killed: ${killed.text}${killed.stderr}`);
  const lost = await other.run({ script: `printf ${READY}; exec sleep 60`, tty, onReady: cut });
  assert.equal(lost.code, null, `killed without status: ${lost.text}${lost.stderr}`);
}

async function proveEnd(client: MatrixClient): Promise<void> {
  const input = [Buffer.from("the input")];
  const { code, text } = await client.run({
    script: `printf ${READY}; cat; printf .over`,
    tty: false,
    input,
  });
  assert.deepEqual({ code, text }, { code: 0, text: "the input.over" }, "the input's end ends cat");
}

/** Random bytes down. The hash comes behind the bytes, so both are told apart by their number. */
export function runSource(
  client: MatrixClient,
  bytes: number,
  { tty, onReady }: Pick<RunRequest, "tty" | "onReady">,
): Promise<RunResult> {
  const arrival = new Arrival(bytes);
  return client.run({
    script: tty ? `stty raw -echo; ${randomSource(bytes)}` : randomSource(bytes),
    tty,
    tailBytes: SHA256_CHARS,
    input: arrival.answering(),
    onBytes: arrival.onBytes,
    ...(onReady ? { onReady } : {}),
  });
}

async function proveDown(client: MatrixClient, bytes: number, tty: boolean): Promise<void> {
  const end = await runSource(client, bytes, { tty });
  assert.equal(end.bytes, bytes, "down");
  assert.equal(end.sha256, end.tail, "down");
}
