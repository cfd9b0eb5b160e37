/** What must hold of exec whatever is in between: every byte each way and both at once, every ending told apart. */
import { createHash, randomBytes } from "node:crypto";
import { expect } from "vitest";
import { type ExecClient, exitCodeOf } from "../reference/exec-client.ts";
import { PROOF_BYTES } from "./proxied-porthole.ts";

const PIECE_BYTES = 32 * 1024;
const CODES = [0, 1, 137];

export type OpenExec = (command: string[]) => Promise<ExecClient>;

export const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function feed(client: ExecClient, input: Uint8Array): void {
  for (let at = 0; at < input.byteLength; at += PIECE_BYTES)
    client.stdin(input.subarray(at, at + PIECE_BYTES));
  client.closeStdin();
}

export async function proveTransfers(open: OpenExec): Promise<void> {
  const input = randomBytes(PROOF_BYTES);
  const up = await open(["sha256sum"]);
  feed(up, input);
  expect((await up.result()).stdout).toBe(`${sha256(input)}  -\n`);

  const source = `f=$(mktemp); head -c ${PROOF_BYTES} /dev/urandom >$f; sha256sum <$f >&2; cat $f; rm $f`;
  const down = await (await open(["sh", "-c", source])).result();
  expect(down.stdoutBytes).toBe(PROOF_BYTES);
  expect(`${down.stdoutSha256}  -\n`).toBe(down.stderr);

  const both = await open(["cat"]);
  feed(both, input);
  const echoed = await both.result();
  expect(echoed.stdoutSha256).toBe(sha256(input));
  // The input's end ended cat.
  expect(exitCodeOf(echoed)).toBe(0);
}

export async function proveEndings(open: OpenExec): Promise<void> {
  for (const code of CODES) {
    expect(exitCodeOf(await (await open(["sh", "-c", `exit ${code}`])).result())).toBe(code);
  }
  expect(exitCodeOf(await (await open(["sh", "-c", "kill -9 $$"])).result())).toBe(137);
}

/**
 * A command whose connection is lost has no exit code, and that is said.
 * @param cut ends the way to the pod without a word
 */
export async function proveLoss(open: OpenExec, cut: () => Promise<void>): Promise<void> {
  const client = await open(["sh", "-c", "echo ready; exec sleep 60"]);
  await client.untilStdout("ready\n");
  await cut();
  const result = await client.result();
  expect(exitCodeOf(result)).toBeNull();
  expect(result.status).toMatchObject({
    status: "Failure",
    message: expect.stringMatching(/^no exit status was received: /),
  });
}
