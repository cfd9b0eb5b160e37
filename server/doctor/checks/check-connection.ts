/**
 * Whether every address of the first hop takes TCP connections. A name with several API servers behind it works most
 * of the time when one of them is down: that one is named.
 */
import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import { abortable } from "#server/kube/api/abortable.ts";
import { describeConnectFailure } from "#server/kube/connect/connect-failure.ts";
import type { Examination } from "../examination.ts";
import { failed, type Outcome, ok, warning } from "../outcome.ts";
import type { Peer } from "./tls-handshake.ts";

const MAX_ADDRESSES = 8;

export async function checkConnection(examination: Examination, signal: AbortSignal): Promise<Outcome> {
  const { firstHop } = examination;
  const found = await abortable(lookup(firstHop.host, { all: true }), signal);
  const addresses = found.slice(0, MAX_ADDRESSES).map(({ address }) => address);
  const tried = await Promise.all(addresses.map((address) => attempt(address, firstHop, signal)));
  const good = tried.filter((one) => one.problem === null);
  const bad = tried.filter((one) => one.problem !== null);
  const [first] = good;
  const hop = `this machine → ${firstHop.name}`;
  if (!first) {
    return failed(bad[0]?.problem ?? `${firstHop.host} has no address.`, {
      hop,
      change: examination.proxy
        ? `Check that the proxy runs and that its address is right (${sourceOfProxy(examination)}).`
        : "Check the port in the kubeconfig's server address, the VPN, and the firewalls on the way.",
    });
  }
  const words = `${first.address} port ${firstHop.port} answers in ${first.ms} ms.`;
  if (bad.length === 0) return ok(words);
  // A machine without IPv6 cannot reach such an address, and nothing is wrong with that.
  const serious = bad.filter(({ address }) => address.includes(":") === first.address.includes(":"));
  const others = bad.map(({ address, problem }) => `${address}: ${problem}`).join(" ");
  if (serious.length === 0) return ok(`${words} Not so ${others}`);
  return warning(`${words} Not every address does. ${others}`, {
    hop,
    change: `Repair what listens at ${serious.map(({ address }) => address).join(", ")}, or take it out of the name.`,
  });
}

export function sourceOfProxy({ cluster }: Examination): string {
  return cluster.proxy?.from === "kubeconfig"
    ? "proxy-url in the kubeconfig"
    : "HTTPS_PROXY in the environment";
}

interface Attempt {
  address: string;
  ms: number;
  problem: string | null;
}

function attempt(address: string, { port, name }: Peer, signal: AbortSignal): Promise<Attempt> {
  const started = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const finish = (problem: string | null) => {
      signal.removeEventListener("abort", late);
      socket.destroy();
      resolve({ address, ms: Math.round(performance.now() - started), problem });
    };
    const late = () => finish(`No answer from ${address} port ${port}: a firewall drops what is sent.`);
    signal.addEventListener("abort", late, { once: true });
    socket.once("connect", () => finish(null));
    socket.once("error", (error) => finish(describeConnectFailure(error, name).message));
    if (signal.aborted) late();
  });
}
