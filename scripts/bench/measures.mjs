/** What is measured. Each answers a row of the table. */
import { Agent, get } from "node:http";
import { countDownload } from "./download-counter.mjs";
import { countOutput } from "./output-counter.mjs";
import { residentBytes } from "./processes.mjs";
import { alternate, median, percentile } from "./report.mjs";
import { dialExec, execUrl } from "./v5-client.mjs";

const MIB = 1024 * 1024;
const STARTS = 5;
const V5_SUBPROTOCOL = "v5.channel.k8s.io";

const rate = (bytes, seconds) => bytes / MIB / seconds;
const ratioText = ({ ratio, spread }) => `${ratio.toFixed(2)} (${spread})`;

/**
 * Bytes a second of a command's output. kubectl starts for each command and its start is in its time; the client of
 * ours runs already. What the ratio is without that start is said as well.
 */
export async function execThroughput(setup) {
  const bytes = setup.quick ? 64 * MIB : 512 * MIB;
  const command = ["head", "-c", String(bytes), "/dev/zero"];
  const timed = async (server, prefix) => {
    const began = performance.now();
    await countOutput(execUrl(server.origin, prefix, command), server, bytes);
    return rate(bytes, (performance.now() - began) / 1000);
  };
  const direct = async () =>
    setup.kubectl
      ? rate(bytes, await setup.kubectl.run(["exec", "shell", "-c", "main", "--", ...command]))
      : await timed(setup.apiServer, "");
  const result = await alternate(setup.rounds, () => timed(setup.porthole, setup.porthole.prefix), direct);
  return {
    what: `exec stdout, ${bytes / MIB} MiB`,
    ours: `${result.ours.toFixed(0)} MiB/s`,
    peer: `${result.theirs.toFixed(0)} MiB/s`,
    ratio: `${ratioText(result)}${await withoutStart(setup, bytes, result)}`,
    target: ">= 1.0",
  };
}

/** The ratio when the time of a command without output is taken off kubectl's. */
async function withoutStart({ kubectl }, bytes, { ours, theirs }) {
  if (!kubectl) return "";
  const starts = [];
  for (let run = 0; run < STARTS; run += 1)
    starts.push(await kubectl.run(["exec", "shell", "-c", "main", "--", "true"]));
  const started = rate(bytes, bytes / MIB / theirs - median(starts));
  return `, ${(ours / started).toFixed(2)} without kubectl's start`;
}

/** One key to its echo, through Porthole and straight to the API server, taken in turn on sessions that stay open. */
export async function echoLatency(setup) {
  const keys = setup.quick ? 200 : 1_000;
  const command = ["sh", "-c", "stty raw -echo; printf R; exec cat"];
  const options = { stdin: true, tty: true };
  const ours = await openEcho(
    dialExec(execUrl(setup.porthole.origin, setup.porthole.prefix, command, options), setup.porthole),
  );
  const direct = await openEcho(
    dialExec(execUrl(setup.apiServer.origin, "", command, options), setup.apiServer),
  );
  const through = [];
  const straight = [];
  for (let key = 0; key < keys; key += 1) {
    through.push(await ours.key());
    straight.push(await direct.key());
  }
  ours.ws.terminate();
  direct.ws.terminate();
  const added = (share) => percentile(through, share) - percentile(straight, share);
  return {
    what: `keystroke echo, ${keys} keys`,
    ours: `${median(through).toFixed(2)} ms`,
    peer: `${median(straight).toFixed(2)} ms`,
    ratio: `adds p50 ${added(0.5).toFixed(2)} ms, p99 ${added(0.99).toFixed(2)} ms`,
    target: "p50 <= 0.5 ms, p99 <= 5 ms",
  };
}

function openEcho(ws) {
  return new Promise((resolve, reject) => {
    let heard = null;
    ws.on("error", reject);
    ws.on("message", (data) => {
      if (data[0] !== 1 || data.length < 2) return;
      if (heard) heard();
      else
        resolve({
          ws,
          key: () =>
            new Promise((echoed) => {
              const began = performance.now();
              heard = () => echoed(performance.now() - began);
              ws.send(Buffer.from([0, 0x61]));
            }),
        });
    });
  });
}

/** Bytes a second out of a forwarded TCP port, by so many downloads at once. */
export async function forwardThroughput(setup, streams) {
  const bytes = Math.floor((setup.quick ? 64 * MIB : 512 * MIB) / streams);
  const download = async (port) => {
    const began = performance.now();
    await Promise.all(Array.from({ length: streams }, () => countDownload(port, `/bytes?n=${bytes}`, bytes)));
    return rate(bytes * streams, (performance.now() - began) / 1000);
  };
  const result = await alternate(
    setup.rounds,
    () => download(setup.forward.local),
    () => download(setup.forward.peer),
  );
  return {
    what: `forward download, ${streams} stream${streams === 1 ? "" : "s"}`,
    ours: `${result.ours.toFixed(0)} MiB/s`,
    peer: `${result.theirs.toFixed(0)} MiB/s`,
    ratio: ratioText(result),
    target: ">= 1.0",
  };
}

/** Small requests a second with 64 in flight: through the preview's own origin, and through the peer's TCP port. */
export async function smallRequests(setup) {
  const count = setup.quick ? 2_000 : 20_000;
  const run = async (target) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 64 });
    let left = count;
    const began = performance.now();
    const worker = async () => {
      while (left > 0) {
        left -= 1;
        await fetchBytes({ ...target, agent });
      }
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    agent.destroy();
    return count / ((performance.now() - began) / 1000);
  };
  const result = await alternate(
    setup.rounds,
    () => run(setup.forward.preview),
    () => run({ port: setup.forward.peer, path: "/small" }),
  );
  return {
    what: "small requests, 64 in flight",
    ours: `${result.ours.toFixed(0)} /s`,
    peer: `${result.theirs.toFixed(0)} /s`,
    ratio: ratioText(result),
    target: ">= 1.0",
  };
}

function fetchBytes(options) {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", agent: false, ...options }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${options.path} answered ${response.statusCode}`));
      response.on("data", () => {});
      response.once("end", resolve);
      response.once("error", reject);
    }).once("error", reject);
  });
}

/** Memory of the server for each idle terminal with its page attached. */
export async function terminalMemory(setup) {
  const count = setup.quick ? 50 : 1_000;
  const { origin, token, pid, cluster } = setup.porthole;
  const before = residentBytes(pid);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const sockets = [];
  const ids = [];
  for (let made = 0; made < count; made += 1) {
    const body = JSON.stringify({
      cluster,
      namespace: "default",
      pod: "shell",
      container: "main",
      command: ["cat"],
      cols: 80,
      rows: 24,
    });
    const answer = await fetch(`${origin}/api/sessions`, { method: "POST", headers, body });
    if (answer.status !== 201) throw new Error(`terminal ${made}: ${answer.status} ${await answer.text()}`);
    const { id } = await answer.json();
    ids.push(id);
    const { WebSocket } = await import("ws");
    const url = `${origin.replace(/^http/, "ws")}/api/sessions/${id}/stream`;
    const ws = new WebSocket(url, V5_SUBPROTOCOL, {
      headers: { authorization: headers.authorization },
      perMessageDeflate: false,
    });
    await new Promise((resolve, reject) => ws.once("open", resolve).once("error", reject));
    sockets.push(ws);
  }
  const after = residentBytes(pid);
  for (const ws of sockets) ws.terminate();
  for (const id of ids) await fetch(`${origin}/api/sessions/${id}`, { method: "DELETE", headers });
  return {
    what: `memory per idle terminal, ${count} of them`,
    ours: `${((after - before) / count / 1024).toFixed(0)} KiB`,
    peer: "-",
    ratio: `of ${(before / MIB).toFixed(0)} MiB at rest`,
    target: "<= 100 KiB",
  };
}
