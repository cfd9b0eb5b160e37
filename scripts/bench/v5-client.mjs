/**
 * A plain v5.channel.k8s.io client, as anyone would write it on `ws`. As a program: reads a command's output to its
 * end and throws it away. Exit 0 only when the status says Success and every byte came.
 *   node v5-client.mjs URL BYTES        (token in V5_TOKEN, CA in V5_CA)
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";

export function dialExec(url, { token, ca }) {
  const headers = { Authorization: `Bearer ${token}` };
  return new WebSocket(url, "v5.channel.k8s.io", { headers, ca, perMessageDeflate: false });
}

/** @param {string} origin @param {string} prefix "" for an API server, /clusters/x for Porthole */
export function execUrl(origin, prefix, command, { stdin = false, tty = false } = {}) {
  const query = new URLSearchParams([...command.map((part) => ["command", part]), ["container", "main"]]);
  query.set("stdout", "true");
  if (stdin) query.set("stdin", "true");
  if (tty) query.set("tty", "true");
  return `${origin.replace(/^http/, "ws")}${prefix}/api/v1/namespaces/default/pods/shell/exec?${query}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , url, wanted] = process.argv;
  const ca = process.env.V5_CA ? readFileSync(process.env.V5_CA) : undefined;
  const ws = dialExec(url, { token: process.env.V5_TOKEN, ca });
  let bytes = 0;
  let success = false;
  ws.on("message", (data) => {
    if (data[0] === 1) bytes += data.length - 1;
    else if (data[0] === 3) success = JSON.parse(data.subarray(1).toString()).status === "Success";
  });
  ws.on("error", (error) => console.error(error.message));
  ws.on("close", () => {
    process.exitCode = success && bytes === Number(wanted) ? 0 : 1;
  });
}
