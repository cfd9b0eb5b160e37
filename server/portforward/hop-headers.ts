/** Headers that belong to one connection and are never relayed (RFC 9110 section 7.6.1). */

const HOP_BY_HOP = new Set([
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

/** Names and values of a raw header list (IncomingMessage.rawHeaders), in order, duplicates kept. */
export function* headerPairs(raw: readonly string[]): Generator<[name: string, value: string]> {
  for (let index = 0; index + 1 < raw.length; index += 2)
    yield [raw[index] as string, raw[index + 1] as string];
}

/** The fixed names and those that this message's Connection header names. */
export function hopByHopNames(raw: readonly string[]): Set<string> {
  const names = new Set(HOP_BY_HOP);
  for (const [name, value] of headerPairs(raw)) {
    if (name.toLowerCase() !== "connection") continue;
    for (const token of value.split(",")) names.add(token.trim().toLowerCase());
  }
  return names;
}
