/** exec over v5: what is negotiated, what comes first and last, and which byte goes where. */
import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import { commandQuery, openCommand, runCommand, runScript, SHELL } from "../exec-command.ts";
import { exitCode, FrameClient, STATUS, STDERR, STDOUT, V4, V5 } from "../peers/frame-client.ts";
import { RefusedError } from "../peers/refused-error.ts";

const CLOSED_NORMALLY = 1000;

export const EXEC_STREAM_CHECKS: Check[] = [
  {
    title: "exec: v5 alone is accepted and echoed",
    source: "protocol.md 1.1, client-go tools/remotecommand/websocket.go",
    async run(conformance) {
      const client = await openCommand(conformance, ["true"], { offer: [V5] });
      assert.equal(client.subprotocol, V5);
      await client.end();
    },
  },
  {
    title: "exec: of several subprotocols exactly one that was offered is chosen",
    source: "protocol.md 1.1, k8s.io/streaming pkg/httpstream/wsstream/conn.go (handshake)",
    async run(conformance) {
      const offer = [V5, V4, "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"];
      const client = await openCommand(conformance, ["true"], { offer });
      assert.ok([V5, V4].includes(client.subprotocol), `the server chose "${client.subprotocol}"`);
      await client.end();
    },
  },
  {
    title: "exec: an unknown subprotocol is refused before the upgrade",
    source: "protocol.md 1.9, k8s.io/streaming pkg/httpstream/wsstream/conn.go",
    async run(conformance) {
      const opened = openCommand(conformance, ["true"], { offer: ["v9.channel.example"] });
      await assert.rejects(opened, (error) => {
        assert.ok(error instanceof RefusedError, String(error));
        assert.ok(error.code >= 400 && error.code < 500, `answered ${error.code}`);
        return true;
      });
    },
  },
  {
    title: "exec: compression is not negotiated even when it is offered",
    source: "protocol.md 1.2, golang.org/x/net/websocket/hybi.go",
    async run(conformance) {
      const client = await openCommand(conformance, ["true"], { deflate: true });
      assert.equal(client.response.headers["sec-websocket-extensions"], undefined);
      await client.end();
    },
  },
  {
    title: "exec: the first message is the bare channel byte of stdout",
    source: "protocol.md 1.2, k8s.io/apiserver pkg/util/proxy/websocket.go",
    async run(conformance) {
      const client = await openCommand(conformance, ["echo", "hello"]);
      await client.end();
      assert.deepEqual(client.messages[0], { channel: STDOUT, bytes: 0 });
    },
  },
  {
    title: "exec: the first message names stderr when there is no stdout",
    source: "protocol.md 1.2, k8s.io/apiserver pkg/util/proxy/websocket.go",
    async run({ target, defer }) {
      const query = { ...commandQuery(["sh", "-c", "echo hello >&2"]), stdout: false };
      const client = await FrameClient.open(target, target.streamPath("exec", SHELL, query));
      defer(() => client.terminate());
      const { stderr } = await client.end();
      assert.deepEqual(client.messages[0], { channel: STDERR, bytes: 0 });
      assert.equal(stderr.toString(), "hello\n");
    },
  },
  {
    title: "exec: a server writes to channels 1, 2 and 3 only, and no empty message",
    source: "protocol.md 1.2, k8s.io/streaming pkg/httpstream/wsstream/conn.go",
    async run(conformance) {
      const client = await openCommand(conformance, ["sh", "-c", "echo out; echo err >&2; exit 3"]);
      await client.end();
      for (const { channel } of client.messages)
        assert.ok(channel >= STDOUT && channel <= STATUS, `${channel}`);
    },
  },
  {
    title: "exec: stdout and stderr arrive apart",
    source: "protocol.md 1.2, kubelet pkg/cri/streaming/remotecommand",
    async run(conformance) {
      const { stdout, stderr } = await runScript(conformance, "echo out; echo err >&2; echo more");
      assert.equal(stdout.toString(), "out\nmore\n");
      assert.equal(stderr.toString(), "err\n");
    },
  },
  {
    title: "exec: every value of a byte arrives as it was written",
    source: "protocol.md 1.2",
    async run(conformance) {
      const all = Buffer.from(Uint8Array.from({ length: 256 }, (_, index) => index));
      const client = await openCommand(conformance, ["cat"], { stdin: true });
      await client.stdin([all]);
      await client.closeStdin();
      const { stdout } = await client.end();
      assert.deepEqual(stdout, all);
    },
  },
  {
    title: "exec: an argument is one argument, whatever is in it",
    source: "protocol.md 1.8, kubectl pkg/cmd/exec/exec.go",
    async run(conformance) {
      const parts = ["a b", "", "c&d=e", "ü", "$HOME", "'"];
      const { stdout } = await runCommand(
        conformance,
        "sh",
        "-c",
        'for a; do echo "[$a]"; done',
        "sh",
        ...parts,
      );
      assert.equal(stdout.toString(), parts.map((part) => `[${part}]\n`).join(""));
    },
  },
  {
    title: "exec: the status is the last message, once, and close 1000 follows",
    source: "protocol.md 1.4, k8s.io/apiserver pkg/util/proxy/streamtranslator.go",
    async run(conformance) {
      const client = await openCommand(conformance, ["echo", "hello"]);
      const { closeCode, status, stdout } = await client.end();
      assert.equal(stdout.toString(), "hello\n");
      assert.equal(status?.status, "Success");
      assert.equal(client.messages.at(-1)?.channel, STATUS);
      assert.equal(client.messages.filter(({ channel, bytes }) => channel === STATUS && bytes > 0).length, 1);
      assert.equal(closeCode, CLOSED_NORMALLY);
    },
  },
  {
    title: "exec: v4 carries output and the status as well",
    source: "protocol.md 1.1, kubelet pkg/cri/streaming/remotecommand/websocket.go",
    async run(conformance) {
      const command = ["sh", "-c", "echo out; echo err >&2; exit 4"];
      const client = await openCommand(conformance, command, { offer: [V4] });
      assert.equal(client.subprotocol, V4);
      const { stdout, stderr, status } = await client.end();
      assert.equal(stdout.toString(), "out\n");
      assert.equal(stderr.toString(), "err\n");
      assert.equal(exitCode(status), 4);
    },
  },
];
