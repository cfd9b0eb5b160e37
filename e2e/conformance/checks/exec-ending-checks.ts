/** How a command's end is told: exit codes, failures, and no status at all, never confused with one another. */
import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import { openCommand, runCommand, runScript } from "../exec-command.ts";
import { exitCode } from "../peers/frame-client.ts";

const CLOSED_NORMALLY = 1000;

export const EXEC_ENDING_CHECKS: Check[] = [
  ...[0, 1, 42, 137, 255].map(
    (code): Check => ({
      title: `exec: exit code ${code} is told`,
      source: "protocol.md 1.6, client-go tools/remotecommand/v4.go",
      async run(conformance) {
        const { status, closeCode } = await runScript(conformance, `exit ${code}`);
        assert.equal(exitCode(status), code, JSON.stringify(status));
        assert.equal(closeCode, CLOSED_NORMALLY);
      },
    }),
  ),
  {
    title: "exec: a command that a signal killed is told as 128 and the signal",
    source: "protocol.md 1.6, cri-api ExecSync exit codes",
    async run(conformance) {
      const { status } = await runScript(conformance, "echo before; kill -9 $$");
      assert.equal(exitCode(status), 137, JSON.stringify(status));
    },
  },
  {
    title: "exec: a command that cannot be started is never success",
    source: "protocol.md 1.6, kubelet pkg/cri/streaming/remotecommand",
    async run(conformance) {
      const { status } = await runCommand(conformance, "/no/such/program");
      assert.equal(status?.status, "Failure", JSON.stringify(status));
      assert.notEqual(exitCode(status), 0);
    },
  },
  {
    title: "exec: output is whole when the command ends right after it",
    source: "protocol.md 1.4, kubernetes#124571",
    async run(conformance) {
      for (let round = 0; round < 5; round += 1) {
        const { stdout, status } = await runScript(
          conformance,
          "head -c 300000 /dev/zero | tr '\\0' x; exit 9",
        );
        assert.equal(stdout.byteLength, 300_000);
        assert.equal(exitCode(status), 9);
      }
    },
  },
  {
    title: "exec: stdin's half-close ends cat, and its output still comes",
    source: "protocol.md 1.2 and 1.7, k8s.io/streaming wsstream/conn.go (StreamClose)",
    async run(conformance) {
      const client = await openCommand(conformance, ["cat"], { stdin: true });
      await client.stdin([Buffer.from("first\n")]);
      await client.untilStdout("first\n");
      await client.stdin([Buffer.from("second\n")]);
      await client.closeStdin();
      const { stdout, status } = await client.end();
      assert.equal(stdout.toString(), "first\nsecond\n");
      assert.equal(exitCode(status), 0);
    },
  },
  {
    title: "exec: the command goes on after stdin's half-close, up to its own exit code",
    source: "protocol.md 1.7, KEP-4006 (StreamClose)",
    async run(conformance) {
      const script = "cat >/dev/null; echo after the end; sleep 1; echo still here; exit 6";
      const client = await openCommand(conformance, ["sh", "-c", script], { stdin: true });
      await client.stdin([Buffer.from("input")]);
      await client.closeStdin();
      const { stdout, status } = await client.end();
      assert.equal(stdout.toString(), "after the end\nstill here\n");
      assert.equal(exitCode(status), 6);
    },
  },
  {
    title: "exec: a command that ends while stdin is open ends the stream",
    source: "protocol.md 1.7",
    async run(conformance) {
      const client = await openCommand(conformance, ["sh", "-c", "read line; echo got $line; exit 2"], {
        stdin: true,
      });
      await client.stdin([Buffer.from("one\n")]);
      const { stdout, status } = await client.end();
      assert.equal(stdout.toString(), "got one\n");
      assert.equal(exitCode(status), 2);
    },
  },
];
