/** exec over SPDY/3.1, as every kubectl before 1.30 speaks it. */
import assert from "node:assert/strict";
import { stopReading } from "../../waiting.ts";
import type { Check, Conformance } from "../check.ts";
import { commandQuery, SHELL } from "../exec-command.ts";
import { exitCode, type Status } from "../peers/frame-client.ts";
import { RandomBytes } from "../peers/random-bytes.ts";
import { RefusedError } from "../peers/refused-error.ts";
import { dialSpdy } from "../peers/spdy-dial.ts";
import type { SpdyPeer } from "../peers/spdy-peer.ts";
import type { SpdyPeerStream } from "../peers/spdy-peer-stream.ts";
import { randomSource } from "./exec-transfer-checks.ts";

const V4 = "v4.channel.k8s.io";
const V2 = "v2.channel.k8s.io";
const V1 = "channel.k8s.io";
/** As kubectl 1.36 offers them. */
const OFFER = ["v5.channel.k8s.io", V4, "v3.channel.k8s.io", V2, V1];
const TRANSFER_LIMIT_MS = 110_000;

interface Streams {
  protocol: string;
  peer: SpdyPeer;
  error: SpdyPeerStream;
  stdout: SpdyPeerStream;
  stderr?: SpdyPeerStream;
  stdin?: SpdyPeerStream;
  resize?: SpdyPeerStream;
}

export const SPDY_EXEC_CHECKS: Check[] = [
  {
    title: "exec over SPDY: v4 is chosen, output arrives apart, the status tells the code",
    source: "protocol.md 2.5, client-go tools/remotecommand/spdy.go",
    async run(conformance) {
      const streams = await open(conformance, "echo out; echo err >&2; exit 5");
      assert.equal(streams.protocol, V4);
      for (const stream of [streams.stdout, streams.stderr, streams.error]) await stream?.end();
      assert.equal(streams.stdout.text(), "out\n");
      assert.equal(streams.stderr?.text(), "err\n");
      assert.equal(exitCode(JSON.parse(streams.error.text()) as Status), 5);
    },
  },
  {
    title: "exec over SPDY: the end of stdin ends cat",
    source: "protocol.md 1.7 and 2.5",
    async run(conformance) {
      const streams = await open(conformance, "cat; echo over", { stdin: true });
      await streams.stdin?.write("hello\n");
      await streams.stdin?.finish();
      for (const stream of [streams.stdout, streams.error]) await stream.end();
      assert.equal(streams.stdout.text(), "hello\nover\n");
      assert.equal((JSON.parse(streams.error.text()) as Status).status, "Success");
    },
  },
  {
    title: "exec over SPDY: the resize stream sets the terminal's size",
    source: "protocol.md 1.5 and 2.5",
    async run(conformance) {
      const script = "read a; stty size";
      const { stdin, stdout, resize, error } = await open(conformance, script, { stdin: true, tty: true });
      await resize?.write('{"Width":91,"Height":31}\n');
      await stdin?.write("\n");
      await stdout.until("the size", () => stdout.text().includes("31 91"));
      await error.end();
    },
  },
  {
    title: "exec over SPDY: v2 tells nothing on success and plain text on failure",
    source: "protocol.md 1.6, client-go tools/remotecommand/v2.go",
    async run(conformance) {
      const good = await open(conformance, "echo fine", { offer: [V2] });
      assert.equal(good.protocol, V2);
      await good.error.end();
      assert.equal(good.error.text(), "");
      const bad = await open(conformance, "exit 5", { offer: [V2] });
      await bad.error.end();
      assert.notEqual(bad.error.text(), "");
      assert.throws(() => JSON.parse(bad.error.text()));
    },
  },
  {
    // A kubelet resets the error stream of v1 before the command runs, so its end says nothing.
    title: "exec over SPDY: v1 carries output",
    source: "protocol.md 1.1, kubelet pkg/cri/streaming/remotecommand/httpstream.go",
    async run(conformance) {
      const { protocol, stdout } = await open(conformance, "echo fine", { offer: [V1] });
      assert.equal(protocol, V1);
      await stdout.end();
      assert.equal(stdout.text(), "fine\n");
    },
  },
  {
    title: "exec over SPDY: random data both ways at once comes back with the same SHA-256",
    source: "protocol.md 2.6 (there are no windows: nobody waits for one)",
    async run(conformance) {
      const random = new RandomBytes(conformance.transferBytes);
      const { stdin, stdout, error } = await open(conformance, "cat", { stdin: true });
      await stdin?.writeAll(random.pieces());
      await stdin?.finish();
      await stdout.end(TRANSFER_LIMIT_MS);
      await error.end();
      assert.equal(stdout.bytes, conformance.transferBytes);
      assert.equal(stdout.sha256(), random.sha256);
    },
  },
  {
    title: "exec over SPDY: a reader that stops for a while loses nothing, not the status either",
    source: "protocol.md 2.6, kubernetes#124571",
    async run(conformance) {
      const script = `${randomSource(conformance.transferBytes)}; exit 7`;
      const { peer, stdout, stderr, error } = await open(conformance, script);
      await stdout.until("the first output", () => stdout.bytes > 0);
      await stopReading(peer, conformance.slowReaderMs);
      for (const stream of [stdout, error]) await stream.end(TRANSFER_LIMIT_MS);
      assert.equal(stdout.bytes, conformance.transferBytes);
      assert.equal(stdout.sha256(), stderr?.text().split(" ")[0]);
      assert.equal(exitCode(JSON.parse(error.text()) as Status), 7);
    },
  },
  {
    title: "exec over SPDY: pings are answered",
    source: "protocol.md 2.4, moby/spdystream connection.go",
    async run(conformance) {
      const { peer } = await open(conformance, "sleep 30");
      await peer.ping();
      await peer.ping();
    },
  },
  {
    title: "exec over SPDY: no version is refused with 400, an unknown one with 403",
    source: "protocol.md 1.9, k8s.io/streaming pkg/httpstream/httpstream.go (Handshake)",
    async run({ target, defer }) {
      const path = target.streamPath("exec", SHELL, commandQuery(["true"]));
      for (const [offer, code] of [
        [[], 400],
        [["v9.channel.example"], 403],
      ] as const) {
        const dialed = dialSpdy(target, path, offer).then(({ peer }) => defer(() => peer.destroy()));
        await assert.rejects(dialed, (error) => {
          assert.ok(error instanceof RefusedError, String(error));
          assert.equal(error.code, code);
          return true;
        });
      }
    },
  },
];

async function open(
  { target, defer }: Conformance,
  script: string,
  { stdin = false, tty = false, offer = OFFER }: { stdin?: boolean; tty?: boolean; offer?: string[] } = {},
): Promise<Streams> {
  const query = commandQuery(["sh", "-c", script], { stdin, tty });
  const { peer, protocol } = await dialSpdy(target, target.streamPath("exec", SHELL, query), offer);
  defer(() => peer.destroy());
  // All of them before any data, and exactly those of the query (kubernetes#16373).
  const stream = (streamtype: string) => peer.open({ streamtype });
  const error = await stream("error");
  return {
    protocol,
    peer,
    error,
    ...(stdin ? { stdin: await stream("stdin") } : {}),
    stdout: await stream("stdout"),
    ...(tty ? {} : { stderr: await stream("stderr") }),
    ...(tty ? { resize: await stream("resize") } : {}),
  };
}
