/** Frames that a client may send and those it should not. */
import assert from "node:assert/strict";
import { type Check, type Conformance, Skip } from "../check.ts";
import { openCommand } from "../exec-command.ts";
import { CLOSE, exitCode, RESIZE, STDIN, V4, V5 } from "../peers/frame-client.ts";

const LARGE_FRAME_BYTES = 512 * 1024;
const TINY_FRAMES = 2_000;
/** As kubectl: 32 KiB and the channel byte. */
const KUBECTL_PAYLOAD_BYTES = 32 * 1024;

export const EXEC_FRAME_CHECKS: Check[] = [
  echoes("an empty message is ignored", "k8s.io/streaming wsstream/conn.go", [Buffer.alloc(0)]),
  echoes("an empty write to stdin is not its end", "k8s.io/streaming wsstream/conn.go", [Buffer.of(STDIN)]),
  echoes("a channel that there is none of is ignored", "k8s.io/streaming wsstream/conn.go", [
    Buffer.of(9, 1, 2, 3),
    Buffer.of(77),
  ]),
  echoes("what only a server writes is ignored", "k8s.io/streaming wsstream/conn.go", [
    Buffer.from("\x01stdout"),
    Buffer.from("\x02stderr"),
    Buffer.from('\x03{"status":"Success"}'),
  ]),
  {
    title: "exec: resizes without a terminal do not hold up the input",
    source: "protocol.md 1.5, k8s.io/apiserver pkg/util/proxy/websocket.go",
    async run(conformance) {
      if (!conformance.target.isPorthole) {
        throw new Skip("an API server itself stops reading at the second one; Porthole keeps them from it");
      }
      const resize = Buffer.from('\x04{"Width":80,"Height":24}\n');
      await tryEcho(conformance, [resize, resize, resize, resize]);
    },
  },
  {
    title: "exec: a size that is none does not hold up the input of a terminal",
    source: "protocol.md 1.5, k8s.io/apiserver pkg/util/proxy/websocket.go",
    async run(conformance) {
      if (!conformance.target.isPorthole) {
        throw new Skip(
          "an API server itself stops reading at the size after it; Porthole keeps them from it",
        );
      }
      const client = await openCommand(conformance, ["cat"], { stdin: true, tty: true });
      for (const size of ['{"Width":70000,"Height":5}', "{", '{"width":"x","Width":80,"Height":24}'])
        await client.send(RESIZE, size);
      await client.resize(90, 30);
      await client.resize(91, 31);
      await client.stdin([Buffer.from("hello\n")]);
      await client.untilStdout("hello");
      client.terminate();
    },
  },
  {
    title: "exec: closing stdin twice is harmless",
    source: "protocol.md 1.2, k8s.io/streaming wsstream/conn.go",
    async run(conformance) {
      const client = await openCommand(conformance, ["sh", "-c", "cat; sleep 1; echo end"], { stdin: true });
      await client.closeStdin();
      await client.closeStdin();
      const { stdout, status } = await client.end();
      assert.equal(stdout.toString(), "end\n");
      assert.equal(exitCode(status), 0);
    },
  },
  ...[
    { what: "a CLOSE without a channel", frame: Buffer.of(CLOSE) },
    { what: "a CLOSE of two channels", frame: Buffer.of(CLOSE, 0, 1) },
    { what: "a CLOSE of a channel that there is none of", frame: Buffer.of(CLOSE, 9) },
  ].map(
    ({ what, frame }): Check => ({
      title: `exec: ${what} ends the connection`,
      source: "protocol.md 1.2, k8s.io/streaming wsstream/conn.go",
      async run(conformance) {
        const client = await openCommand(conformance, ["sh", "-c", "echo up; sleep 60"], { stdin: true });
        await client.untilStdout("up");
        await client.sendMessage(frame);
        const { status } = await client.end();
        assert.notEqual(exitCode(status), 0);
      },
    }),
  ),
  {
    title: "exec: thousands of one-byte frames arrive in order",
    source: "protocol.md 1.2",
    async run(conformance) {
      const client = await openCommand(conformance, ["cat"], { stdin: true });
      const expected = Buffer.from(Uint8Array.from({ length: TINY_FRAMES }, (_, index) => index % 251));
      await client.stdin([...expected].map((byte) => Uint8Array.of(byte)));
      await client.closeStdin();
      assert.deepEqual((await client.end()).stdout, expected);
    },
  },
  ...[KUBECTL_PAYLOAD_BYTES, LARGE_FRAME_BYTES].map(
    (bytes): Check => ({
      title: `exec: a frame of ${bytes / 1024} KiB is taken`,
      source: "protocol.md 1.3, k8s.io/streaming wsstream/conn.go (32 MiB at most)",
      async run(conformance) {
        const client = await openCommand(conformance, ["wc", "-c"], { stdin: true });
        await client.send(STDIN, Buffer.alloc(bytes, "x"));
        await client.closeStdin();
        assert.equal(Number((await client.end()).stdout.toString().trim()), bytes);
      },
    }),
  ),
  {
    title: "exec: pings are answered, also while the stream is idle",
    source: "protocol.md 1.4, client-go tools/remotecommand/websocket.go (heartbeat)",
    async run(conformance) {
      for (const offer of [[V5], [V4]]) {
        const client = await openCommand(conformance, ["sh", "-c", "echo up; sleep 60"], { offer });
        await client.untilStdout("up");
        await client.ping();
        await client.ping();
        client.terminate();
      }
    },
  },
];

function echoes(what: string, file: string, frames: Buffer[]): Check {
  return {
    title: `exec: ${what}`,
    source: `protocol.md 1.2, ${file}`,
    run: (conformance) => tryEcho(conformance, frames),
  };
}

/** The frames, and then the stream must still do what it is for. */
async function tryEcho(conformance: Conformance, frames: Buffer[]): Promise<void> {
  const client = await openCommand(conformance, ["cat"], { stdin: true });
  for (const frame of frames) await client.sendMessage(frame);
  await client.stdin([Buffer.from("hello\n")]);
  await client.untilStdout("hello\n");
  await client.closeStdin();
  const { stdout, status } = await client.end();
  assert.equal(stdout.toString(), "hello\n");
  assert.equal(exitCode(status), 0);
}
