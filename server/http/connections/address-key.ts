/** What counts as one address (threats.md A28). */
import { isIPv6 } from "node:net";

const GROUPS_OF_A_HOST = 4;
const GROUPS = 8;

/** An IPv4 address, or the first 64 bits of an IPv6 address: a host may take any of the others. */
export function addressKey(address: string | undefined): string {
  if (address === undefined) return "";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  const plain = address.split("%", 1)[0]!;
  if (!isIPv6(plain)) return address;
  const [head = "", tail] = plain.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? [] : tail.split(":");
    // A tail that ends in an IPv4 address counts for one group less; none of it is in the first half then.
    groups.push(
      ...Array.from({ length: Math.max(0, GROUPS - groups.length - after.length) }, () => "0"),
      ...after,
    );
  }
  return groups
    .slice(0, GROUPS_OF_A_HOST)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""))
    .join(":");
}
