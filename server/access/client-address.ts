/** Whom limits are for, as far as a socket tells: behind a proxy everybody has the proxy's address. */
import type { IncomingMessage } from "node:http";
import { isIPv4 } from "node:net";

const IPV6_GROUPS = 8;
/** The /64 of an IPv6 address: what one customer is given, who may take any address in it. */
const NETWORK_GROUPS = 4;
const MAPPED_IPV4 = "::ffff:";

export function clientAddress({ socket }: Pick<IncomingMessage, "socket">): string {
  return networkOf(socket.remoteAddress ?? "");
}

/** An IPv4 address as it is, `2001:db8:0:1::/64` for an IPv6 one. */
export function networkOf(address: string): string {
  const bare = address.startsWith(MAPPED_IPV4) ? address.slice(MAPPED_IPV4.length) : address;
  if (isIPv4(bare) || !bare.includes(":")) return bare;
  const [head = "", tail] = bare.replace(/%.*$/, "").split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const behind = tail === "" ? [] : tail.split(":");
    while (groups.length + behind.length < IPV6_GROUPS) groups.push("0");
  }
  return `${groups.slice(0, NETWORK_GROUPS).join(":")}::/64`;
}
