/** exec with a terminal: sizes, keys, one output. */
import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import { openCommand } from "../exec-command.ts";
import { exitCode, STDERR } from "../peers/frame-client.ts";

const CTRL_C = "\x03";
const CTRL_D = "\x04";

export const EXEC_TERMINAL_CHECKS: Check[] = [
  {
    title: "exec with a terminal: the size arrives, and each change of it",
    source: "protocol.md 1.5, client-go tools/remotecommand/resize.go",
    async run(conformance) {
      // Sizes and input travel apart, so a line that was sent after a size may be read before it.
      const script =
        'for size in "37 101" "24 80"; do read a; until [ "$(stty size)" = "$size" ]; do sleep 0.1; done; echo "$size"; done';
      const client = await openCommand(conformance, ["sh", "-c", script], { stdin: true, tty: true });
      await client.resize(101, 37);
      await client.send(0, "\n");
      await client.untilStdout("37 101");
      await client.resize(80, 24);
      await client.send(0, "\n");
      await client.untilStdout("24 80");
      assert.equal(exitCode((await client.end()).status), 0);
    },
  },
  {
    title: "exec with a terminal: it is one, and stderr comes on stdout",
    source: "protocol.md 1.7, kubelet pkg/cri/streaming/server.go",
    async run(conformance) {
      const script = "test -t 0 && test -t 1 && test -t 2 && echo tty >&2; exit 5";
      const client = await openCommand(conformance, ["sh", "-c", script], { stdin: true, tty: true });
      const { stdout, status } = await client.end();
      assert.match(stdout.toString(), /^tty\r?\n$/);
      assert.equal(client.messages.filter(({ channel, bytes }) => channel === STDERR && bytes > 0).length, 0);
      assert.equal(exitCode(status), 5);
    },
  },
  {
    title: "exec with a terminal: Ctrl-C interrupts and Ctrl-D ends the input",
    source: "termios(3): VINTR and VEOF are the terminal's, not the wire's",
    async run(conformance) {
      const script = 'trap "echo interrupted" INT; echo ready; sleep 30; cat; echo over; exit 8';
      const client = await openCommand(conformance, ["sh", "-c", script], { stdin: true, tty: true });
      await client.untilStdout("ready");
      await client.send(0, CTRL_C);
      await client.untilStdout("interrupted");
      await client.send(0, "line\n");
      await client.until("the line came back", () => client.text().split("line").length > 2);
      await client.send(0, CTRL_D);
      const { stdout, status } = await client.end();
      assert.match(stdout.toString(), /over/);
      assert.equal(exitCode(status), 8);
    },
  },
  {
    title: "exec with a terminal: a raw one passes every byte",
    source: "protocol.md 1.2",
    async run(conformance) {
      const all = Buffer.from(Uint8Array.from({ length: 256 }, (_, index) => index));
      const script = "stty raw -echo; echo ready; head -c 256";
      const client = await openCommand(conformance, ["sh", "-c", script], { stdin: true, tty: true });
      await client.untilStdout("ready\n");
      await client.stdin([all]);
      const { stdout, status } = await client.end();
      assert.deepEqual(stdout.subarray(stdout.indexOf("ready\n") + 6), all);
      assert.equal(exitCode(status), 0);
    },
  },
];
