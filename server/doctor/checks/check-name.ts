/** Whether the name of the first hop resolves, asked as connections ask (the system's resolver, hosts file included). */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { abortable } from "#server/kube/api/abortable.ts";
import { describeConnectFailure } from "#server/kube/connect/connect-failure.ts";
import { KubeError } from "#server/kube/errors.ts";
import type { Examination } from "../examination.ts";
import { failed, type Outcome, ok } from "../outcome.ts";

const MAX_SHOWN = 8;

export async function checkName({ firstHop, proxy }: Examination, signal: AbortSignal): Promise<Outcome> {
  const { host, name } = firstHop;
  const byProxy = proxy ? " The proxy resolves the API server's name." : "";
  if (isIP(host)) return ok(`${host} is an address: there is no name to resolve.${byProxy}`);
  try {
    const found = await abortable(lookup(host, { all: true }), signal);
    const addresses = found.slice(0, MAX_SHOWN).map(({ address }) => address);
    return ok(`${host} is ${addresses.join(", ")}.${byProxy}`);
  } catch (error) {
    const late = error instanceof KubeError && error.code === "CANCELED";
    const words = late ? `No name server answered for ${host}.` : describeConnectFailure(error, name).message;
    const where = proxy ? "the proxy's address" : "the kubeconfig's server address";
    return failed(words, {
      hop: "this machine → its name server",
      change: `Check how ${host} is written in ${where}, the VPN, and the name servers of this machine.`,
    });
  }
}
