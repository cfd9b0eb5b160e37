/** A plain v5.channel.k8s.io client, as anyone would write it on `ws`. */
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
