/** The connection between Porthole and the API server is cut: each client must see a failure, never a success. */
import assert from "node:assert/strict";
import { type Check, type Conformance, Skip } from "../check.ts";
import { commandQuery, SHELL, WEB } from "../exec-command.ts";
import { SubrequestOpener } from "../peers/forward-subrequest.ts";
import { exitCode, FrameClient, type Status } from "../peers/frame-client.ts";
import { dialSpdy, dialTunnel } from "../peers/spdy-dial.ts";

const CLOSED_NORMALLY = 1000;
const V4 = "v4.channel.k8s.io";
const RUNNING = ["sh", "-c", "echo running; exec sleep 60"];

export const LOST_CONNECTION_CHECKS: Check[] = [
  {
    title: "exec: a connection that is lost on the way is a failure, neither an exit nor success",
    source: "protocol.md 1.4, client-go tools/remotecommand/errorstream.go",
    async run(conformance) {
      const { target, cut } = cuttable(conformance);
      const path = target.streamPath("exec", SHELL, commandQuery(RUNNING));
      const client = await FrameClient.open(target, path);
      conformance.defer(() => client.terminate());
      await client.untilStdout("running");
      cut();
      const { status, closeCode } = await client.end();
      assert.equal(status?.status, "Failure", `status ${JSON.stringify(status)}, close code ${closeCode}`);
      assert.equal(exitCode(status), null);
      assert.ok(status?.message, "it says why");
      assert.equal(closeCode, CLOSED_NORMALLY);
    },
  },
  {
    title: "exec over SPDY: a connection that is lost on the way is a failure on the error stream",
    source: "protocol.md 2.5 (all streams reset without a status is exit 0 to kubectl)",
    async run(conformance) {
      const { target, cut } = cuttable(conformance);
      const path = target.streamPath("exec", SHELL, commandQuery(RUNNING));
      const { peer } = await dialSpdy(target, path, [V4]);
      conformance.defer(() => peer.destroy());
      const error = await peer.open({ streamtype: "error" });
      const stdout = await peer.open({ streamtype: "stdout" });
      await peer.open({ streamtype: "stderr" });
      await stdout.until("running", () => stdout.text().includes("running"));
      cut();
      await error.end();
      const status = JSON.parse(error.text()) as Status;
      assert.equal(status.status, "Failure");
      assert.equal(exitCode(status), null);
    },
  },
  {
    title: "attach: a connection that is lost on the way is a failure",
    source: "protocol.md 1.4",
    async run(conformance) {
      const { target, cut } = cuttable(conformance);
      const query = { container: "main", stdout: true, stderr: true };
      const client = await FrameClient.open(target, target.streamPath("attach", SHELL, query));
      conformance.defer(() => client.terminate());
      await client.until("some output", () => client.stdoutBytes > 0);
      cut();
      const { status } = await client.end();
      assert.equal(status?.status, "Failure");
      assert.equal(exitCode(status), null);
    },
  },
  {
    title: "port-forward in a tunnel: a connection that is lost on the way ends the tunnel",
    source: "protocol.md 3.1 (connection lost: kubectl says so and ends)",
    async run(conformance) {
      const { target, cut } = cuttable(conformance);
      const { peer } = await dialTunnel(target, target.streamPath("portforward", WEB));
      conformance.defer(() => peer.destroy());
      const { data } = await new SubrequestOpener(peer).open(conformance.echoPort);
      await data.write("hello");
      await data.until("the echo", () => data.text() === "hello");
      cut();
      assert.notEqual(await data.end(), "the end");
    },
  },
];

function cuttable({ cuttable }: Conformance): Exclude<Conformance["cuttable"], string> {
  if (typeof cuttable === "string") throw new Skip(cuttable);
  return cuttable;
}
