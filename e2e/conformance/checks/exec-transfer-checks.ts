/** Much data: random bytes up, down and both ways at once, a slow reader, many streams. */
import assert from "node:assert/strict";
import { stopReading } from "../../waiting.ts";
import type { Check, Conformance } from "../check.ts";
import { openCommand } from "../exec-command.ts";
import { exitCode } from "../peers/frame-client.ts";
import { RandomBytes } from "../peers/random-bytes.ts";

const TRANSFER_LIMIT_MS = 110_000;
const STREAMS = 16;
const MIB = 1024 * 1024;

/** Random bytes with their hash on stderr, which comes before the first of them on stdout. */
export function randomSource(bytes: number): string {
  return `f=$(mktemp); head -c ${bytes} /dev/urandom >$f; sha256sum <$f >&2; cat $f; rm $f`;
}

export const EXEC_TRANSFER_CHECKS: Check[] = [
  {
    title: "exec: random data up arrives with the same SHA-256",
    source: "protocol.md 1.3",
    async run(conformance) {
      const random = new RandomBytes(conformance.transferBytes);
      const client = await openCommand(conformance, ["sha256sum"], { stdin: true });
      await client.stdin(random.pieces());
      await client.closeStdin();
      const { stdout } = await client.end(TRANSFER_LIMIT_MS);
      assert.equal(stdout.toString().split(" ")[0], random.sha256);
    },
  },
  {
    title: "exec: random data down arrives with the same SHA-256",
    source: "protocol.md 1.3",
    async run(conformance) {
      const script = randomSource(conformance.transferBytes);
      const client = await openCommand(conformance, ["sh", "-c", script]);
      const { stderr, stdoutBytes, stdoutSha256, status } = await client.end(TRANSFER_LIMIT_MS);
      assert.equal(stdoutBytes, conformance.transferBytes);
      assert.equal(stderr.toString().split(" ")[0], stdoutSha256);
      assert.equal(exitCode(status), 0);
    },
  },
  {
    title: "exec: random data both ways at once comes back with the same SHA-256",
    source: "protocol.md 1.3 and 2.6",
    run: (conformance) => echoRandom(conformance, conformance.transferBytes),
  },
  {
    title: "exec: a reader that stops for a while loses nothing, not the status either",
    source: "protocol.md 1.4 (slow local stdout), kubernetes#124571",
    async run(conformance) {
      const script = `${randomSource(conformance.transferBytes)}; exit 7`;
      const client = await openCommand(conformance, ["sh", "-c", script]);
      await client.until("the first output", () => client.stdoutBytes > 0);
      await stopReading(client, conformance.slowReaderMs);
      const end = await client.end(TRANSFER_LIMIT_MS);
      assert.equal(end.stdoutBytes, conformance.transferBytes);
      assert.equal(end.stderr.toString().split(" ")[0], end.stdoutSha256);
      assert.equal(exitCode(end.status), 7);
    },
  },
  {
    title: `exec: ${STREAMS} streams at a time do not disturb each other`,
    source: "protocol.md 1.8",
    async run(conformance) {
      await Promise.all(Array.from({ length: STREAMS }, () => echoRandom(conformance, MIB)));
    },
  },
];

async function echoRandom(conformance: Conformance, bytes: number): Promise<void> {
  const random = new RandomBytes(bytes);
  const client = await openCommand(conformance, ["cat"], { stdin: true });
  await client.stdin(random.pieces());
  await client.closeStdin();
  const { stdoutBytes, stdoutSha256, status } = await client.end(TRANSFER_LIMIT_MS);
  assert.equal(stdoutBytes, bytes);
  assert.equal(stdoutSha256, random.sha256);
  assert.equal(exitCode(status), 0);
}
