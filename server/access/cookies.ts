/** Cookie headers as browsers send them. */

export interface Cookie {
  name: string;
  value: string;
  /** As it was sent. */
  pair: string;
}

export function parseCookies(header: string): Cookie[] {
  return header
    .split(";")
    .map((part) => part.trim())
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 0) return { name: "", value: pair, pair };
      return { name: pair.slice(0, equals).trim(), value: pair.slice(equals + 1).trim(), pair };
    });
}

/**
 * The value of one cookie. Null when it is absent, and when it is there twice: a page can plant a second one
 * with another Path or from a sibling's Domain, and which of the two is ours nobody can tell (threats.md A8).
 */
export function singleCookie(header: string | undefined, name: string): string | null {
  const matches = parseCookies(header ?? "").filter((cookie) => cookie.name === name);
  return matches.length === 1 ? (matches[0]?.value ?? null) : null;
}
