/** Whom limits are for, as far as a socket tells: behind a proxy everybody has the proxy's address (threats.md A28, A35). */
import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";

const GROUPS = 8;
/** The /64 of an IPv6 address: what one customer is given, who may take any address in it. */
const GROUPS_OF_A_HOST = 4;

export function clientAddress({ socket }: Pick<IncomingMessage, "socket">): string {
  return networkOf(socket.remoteAddress ?? "");
}

/** For people: an IPv4 address as it is, `2001:db8:0:1::/64` for an IPv6 one. */
export function networkOf(address: string): string {
  const key = addressKey(address);
  return key.includes(":") ? `${key}::/64` : key;
}

/** An IPv4 address, or the first 64 bits of an IPv6 address; "" for one that is not known any more. */
export function addressKey(address: string | undefined): string {
  if (address === undefined) return "";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  const plain = address.split("%", 1)[0]!;
  if (!isIPv6(plain)) return address;
  const [head = "", tail] = plain.split("::");
  const groups = head === "" ? [] : head.split(":");
  // A tail that ends in an IPv4 address counts for one group less; none of it is in the first half then.
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  while (tail !== undefined && groups.length + after.length < GROUPS) groups.push("0");
  return [...groups, ...after]
    .slice(0, GROUPS_OF_A_HOST)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""))
    .join(":");
}
