/**
 * Who behaves, in a process of its own: a cluster whose one command echoes, a terminal on it through Porthole that is
 * typed into all the time, and the memory of the Porthole process, looked at just as often. What either process waited
 * for a processor while a key was on its way is not counted: a machine with two cores has three busy processes here, and
 * whatever else runs on it.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket } from "ws";
import { Channel } from "#protocol/channel.ts";
import { V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { acceptChannels } from "#server/stream/accept/websocket-acceptor.ts";

const TICK_MS = 20;
const KEY = Buffer.from([Channel.Stdin, 0x78]);

export interface Watched {
  /** Of each key that came back, and of those that have not. */
  echoMaxMs: number;
  /** The same by the clock alone. */
  clockMaxMs: number;
  keys: number;
  rssMaxBytes: number;
  rssBytes: number;
  /** How the terminal was closed, which it never may be; empty while it is not. */
  closed: string;
}

export type WatcherOrder = { watch: { pid: number; port: number; token: string } } | { report: true };

/** A moment by the clock, and without the time that both processes have waited for a processor so far. */
interface Moment {
  clockMs: number;
  busyMs: number;
}

const sentAt: Moment[] = [];
let echoMaxMs = 0;
let clockMaxMs = 0;
let keys = 0;
let rssMaxBytes = 0;
let closed = "";
let pid = 0;
let terminal: WebSocket | undefined;

const cluster = createServer((request, response) => {
  request.resume().on("end", () => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ status: { allowed: true }, gitVersion: "v1.36.0" }));
  });
});
cluster.on("upgrade", (request, socket, head) => {
  const channels = acceptChannels(request, socket, head, [V5_SUBPROTOCOL]);
  channels.listen({
    frame: (channel, bytes) => channel === Channel.Stdin && void channels.send(Channel.Stdout, bytes),
    drain() {},
    end() {},
  });
});
cluster.listen(0, "127.0.0.1", () => process.send?.({ port: (cluster.address() as AddressInfo).port }));

process.on("message", (order: WatcherOrder) => {
  if ("watch" in order) watch(order.watch);
  else process.send?.(report());
});
process.on("disconnect", () => process.exit(0));

function watch(porthole: { pid: number; port: number; token: string }): void {
  pid = porthole.pid;
  const path = "/clusters/good/api/v1/namespaces/default/pods/shell/exec?stdin=1&stdout=1&tty=1&command=cat";
  terminal = new WebSocket(`ws://127.0.0.1:${porthole.port}${path}`, [V5_SUBPROTOCOL], {
    headers: { authorization: `Bearer ${porthole.token}` },
  });
  terminal.on("error", () => {});
  terminal.on("close", (code, reason) => {
    closed = `closed with ${code} ${reason}`;
  });
  terminal.on("message", (frame: Buffer) => {
    if (frame[0] !== Channel.Stdout) return;
    const now = moment();
    for (let byte = 1; byte < frame.byteLength; byte += 1) took(sentAt.shift() ?? now, now);
  });
  terminal.on("open", () => {
    setInterval(tick, TICK_MS);
    process.send?.({ watching: true });
  });
}

function tick(): void {
  rssMaxBytes = Math.max(rssMaxBytes, rssBytes());
  if (terminal?.readyState !== WebSocket.OPEN) return;
  sentAt.push(moment());
  terminal.send(KEY);
}

function took(from: Moment, to: Moment): void {
  keys += 1;
  echoMaxMs = Math.max(echoMaxMs, to.busyMs - from.busyMs);
  clockMaxMs = Math.max(clockMaxMs, to.clockMs - from.clockMs);
}

function moment(): Moment {
  const clockMs = performance.now();
  return { clockMs, busyMs: clockMs - waitedMs(pid) - waitedMs("self") };
}

/** Of the main thread, ready to run and not running: the second of the three numbers, in nanoseconds. */
function waitedMs(process: number | "self"): number {
  try {
    return Number(readFileSync(`/proc/${process}/schedstat`, "latin1").split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}

function rssBytes(): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
  return Number(kib) * 1024;
}

/** What was seen since the last report. */
function report(): Watched {
  const now = moment();
  for (const at of sentAt) took(at, now);
  const watched = { echoMaxMs, clockMaxMs, keys, rssMaxBytes, rssBytes: rssBytes(), closed };
  echoMaxMs = 0;
  clockMaxMs = 0;
  keys = 0;
  rssMaxBytes = 0;
  return watched;
}
