/**
 * Headers that belong to one connection and are never relayed (RFC 9110 section 7.6.1). Runs for every request and
 * response of every preview, hence the plain loops over raw lists (IncomingMessage.rawHeaders: names and values
 * in turn, order and repetitions kept).
 */

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
]);

/** What nearly every Connection header says; it names nothing that is not in the list. */
const USUAL = /^\s*(keep-alive|close|upgrade)\s*$/i;

/** The fixed names and those that this message's Connection header names. */
export function hopByHopNames(raw: readonly string[]): ReadonlySet<string> {
  let names = HOP_BY_HOP;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] as string;
    const value = raw[index + 1] as string;
    if (name.length !== "connection".length || name.toLowerCase() !== "connection" || USUAL.test(value))
      continue;
    names = new Set([...names, ...value.split(",").map((token) => token.trim().toLowerCase())]);
  }
  return names;
}
