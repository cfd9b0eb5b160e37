/** Our own dialers against a demo cluster, and what a test does with what they open. */

import { Channel } from "#protocol/channel.ts";
import { decodeStatus, type Status } from "#protocol/status.ts";
import type { DemoCluster } from "#server/demo/demo-cluster.ts";
import { ApiContext } from "#server/kube/api/api-context.ts";
import { SpdyConnection } from "#server/spdy/connection.ts";
import { SpdyDialer } from "#server/stream/dial/spdy-dialer.ts";
import { WebSocketDialer } from "#server/stream/dial/websocket-dialer.ts";
import { SubrequestPair } from "#server/stream/portforward/subrequest-pair.ts";
import type { ExecConnection, ExecTarget, TunnelConnection } from "#server/stream/types.ts";
import { record } from "./channel-pair.ts";
import { until } from "./loopback.ts";
import { readAll } from "./spdy-pair.ts";

export function demoDialers(demo: DemoCluster, token = demo.tokens.admin) {
  const context = new ApiContext({ name: "demo", server: demo.url, user: "test", credential: { token } });
  const cluster = context.as(null);
  return { webSocket: new WebSocketDialer(cluster), spdy: new SpdyDialer(cluster), cluster };
}

export function shellTarget(command: string[]): ExecTarget {
  const streams = { stdin: true, stdout: true, stderr: true, tty: false };
  return {
    namespace: "default",
    pod: "shell",
    container: "main",
    subresource: "exec",
    command,
    ...streams,
  };
}

/** Writes the text and the end of input, and waits for the end of the command. */
export async function runCommand(
  { socket }: ExecConnection,
  input: string,
): Promise<{ stdout: string; status: Status | null }> {
  const seen = record(socket);
  socket.send(Channel.Stdin, Buffer.from(input));
  socket.send(Channel.Close, Uint8Array.of(Channel.Stdin));
  await until("the end of the command", () => seen.end !== null);
  return { stdout: seen.on(Channel.Stdout).toString(), status: decodeStatus(seen.on(Channel.Error)) };
}

/** One connection to a port of the pod; what it answers to the text, and what the error stream said. */
export async function talkThrough(
  connection: TunnelConnection,
  port: number,
  text: string,
): Promise<{ data: string; error: string }> {
  const spdy = new SpdyConnection(connection.bytes, { role: "client" });
  const pair = new SubrequestPair(spdy, port, 0);
  const data = pair.openData();
  data.end(text);
  const [answer, error] = await Promise.all([readAll(data), pair.errorText.ended]);
  await spdy.close();
  return { data: answer.toString(), error };
}
