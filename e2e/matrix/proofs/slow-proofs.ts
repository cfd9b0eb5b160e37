/** Nothing is read for a while, and the stream must outlive it with all its bytes. */
import assert from "node:assert/strict";
import { RandomBytes } from "../../conformance/peers/random-bytes.ts";
import { type Reader, stopReading } from "../../waiting.ts";
import { type MatrixClient, READY, type Site } from "../clients/client.ts";
import { runSource } from "./exec-proofs.ts";
import { echoed } from "./other-proofs.ts";

export const SLOW_PROOFS = ["exec, output", "exec, input", "port-forward"] as const;
export type SlowProofName = (typeof SLOW_PROOFS)[number];
/** @param ms so long nothing is read */
export type SlowProof = (ms: number) => Promise<void>;

/** More than the kernels, the API server and Porthole keep between them: the other end has to wait. */
export const SLOW_BYTES = 32 * 1024 * 1024;

/** The client does not read what the command prints. */
export async function proveSlowOutput(client: MatrixClient, ms: number): Promise<void> {
  const onReady = (reader: Reader) => void stopReading(reader, ms);
  const end = await runSource(client, SLOW_BYTES, { tty: false, onReady });
  assert.equal(end.code, 0, lastLine(end.stderr) || "no status came");
  assert.deepEqual([end.bytes, end.sha256], [SLOW_BYTES, end.tail]);
}

/** The command does not read what the client sends. */
export async function proveSlowInput(client: MatrixClient, ms: number): Promise<void> {
  const up = new RandomBytes(SLOW_BYTES);
  const end = await client.run({
    script: `printf ${READY}; sleep ${ms / 1000}; sha256sum`,
    tty: false,
    input: up.pieces(),
  });
  assert.equal(end.code, 0, lastLine(end.stderr) || "no status came");
  assert.equal(end.text.split(" ")[0], up.sha256);
}

/** A forwarded connection sends all the time and reads nothing; the pod's echo waits with it. */
export async function proveSlowForward(client: MatrixClient, site: Site, ms: number): Promise<void> {
  const port = await client.forward(site.echoPort);
  try {
    const both = new RandomBytes(SLOW_BYTES);
    const back = await echoed(port, both, (reader) => void stopReading(reader, ms));
    assert.equal(back, both.sha256);
  } finally {
    await port.stop();
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
