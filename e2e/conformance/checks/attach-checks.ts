/** attach: the output of a container's main process from now on. The shell pod's prints a line a second. */
import assert from "node:assert/strict";
import type { Check, Conformance } from "../check.ts";
import { SHELL } from "../exec-command.ts";
import { FrameClient, STDERR, STDOUT, V4, V5 } from "../peers/frame-client.ts";
import { dialSpdy } from "../peers/spdy-dial.ts";

const QUERY = { container: "main", stdout: true, stderr: true };

export const ATTACH_CHECKS: Check[] = [
  {
    title: "attach: v5 is accepted and the main process's output arrives",
    source: "protocol.md 1.8, kubectl pkg/cmd/attach/attach.go",
    async run(conformance) {
      const client = await attach(conformance, V5);
      assert.equal(client.subprotocol, V5);
      await untilOutput(client);
      assert.deepEqual(client.messages[0], { channel: STDOUT, bytes: 0 });
    },
  },
  {
    title: "attach: v4 is accepted as well",
    source: "protocol.md 1.1, kubelet pkg/cri/streaming/remotecommand/websocket.go",
    async run(conformance) {
      const client = await attach(conformance, V4);
      assert.equal(client.subprotocol, V4);
      await untilOutput(client);
    },
  },
  {
    title: "attach: leaving does not end the process, and two may look at once",
    source: "protocol.md 1.4 (closing the client's socket does not kill the process)",
    async run(conformance) {
      const [first, second] = await Promise.all([attach(conformance, V5), attach(conformance, V5)]);
      await Promise.all([untilOutput(first), untilOutput(second)]);
      first.close();
      await first.end();
      const before = second.stdoutBytes;
      await second.until("more output", () => second.stdoutBytes > before);
      await untilOutput(await attach(conformance, V5));
    },
  },
  {
    title: "attach over SPDY: the main process's output arrives",
    source: "protocol.md 2.5, client-go tools/remotecommand/spdy.go",
    async run({ target, defer }) {
      const path = target.streamPath("attach", SHELL, QUERY);
      const { peer } = await dialSpdy(target, path, [V4]);
      defer(() => peer.destroy());
      await peer.open({ streamtype: "error" });
      const stdout = await peer.open({ streamtype: "stdout" });
      await peer.open({ streamtype: "stderr" });
      await stdout.until("a line of output", () => stdout.text().includes("\n"));
    },
  },
];

async function attach({ target, defer }: Conformance, subprotocol: string): Promise<FrameClient> {
  const client = await FrameClient.open(target, target.streamPath("attach", SHELL, QUERY), {
    offer: [subprotocol],
  });
  defer(() => client.terminate());
  return client;
}

async function untilOutput(client: FrameClient): Promise<void> {
  await client.until("a line of output", () => client.text().includes("\n"));
  assert.ok(client.messages.every(({ channel }) => channel === STDOUT || channel === STDERR));
}
