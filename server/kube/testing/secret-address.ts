/** Addresses with a user and a password that was not written as a URL wants it, and worse. */
import fc from "fast-check";

/** Five letters or digits that stand in no sentence of ours; digits may be taken for a port. */
const piece = (port: number) =>
  fc.oneof(
    fc.string({ unit: fc.constantFrom(..."qxzjvkQXZ"), minLength: 5, maxLength: 9 }),
    fc
      .integer({ min: 40_000, max: 65_535 })
      .filter((number) => number !== port)
      .map(String),
  );
const separator = fc.constantFrom(
  ..."@/#?%:\\\"'&=+ !$~^|<>{}`",
  "%40",
  "%2F",
  "%zz",
  "//",
  "\t",
  "é",
  "://",
);

export interface SecretAddress {
  address: string;
  /** None of them may appear anywhere. */
  pieces: string[];
}

function written(word: string, form: number): string {
  return form === 0 ? encodeURIComponent(word) : word;
}

/** @param port where the address leads when it can be read */
export function secretAddress(port: number): fc.Arbitrary<SecretAddress> {
  const scheme = fc.constantFrom(
    "http://",
    "https://",
    "socks5://",
    "",
    "ftp://",
    "//",
    "http:/",
    "HTTP://",
    "http:",
    "http:\\\\",
  );
  const host = fc.constantFrom(
    `127.0.0.1:${port}`,
    "127.0.0.1:nope",
    "[::1",
    "",
    `127.0.0.1:${port}/base`,
    `127.0.0.1:${port}?a#b`,
  );
  const secret = fc.array(fc.tuple(piece(port), separator), { minLength: 1, maxLength: 3 }).map((parts) => ({
    text: parts.map(([word, mark], index) => (index ? mark : "") + word).join(""),
    pieces: parts.map(([word]) => word),
  }));
  return fc
    .tuple(scheme, piece(port), secret, host, fc.nat(2), fc.constantFrom("@", "@@", "%40@"))
    .map(([before, user, password, after, form, at]) => ({
      address: `${before}${user}:${written(password.text, form)}${at}${after}`,
      pieces: [user, ...password.pieces],
    }));
}

/** A number may be a part of a longer one, a time for example. */
export function holds(text: string, { pieces }: SecretAddress): string[] {
  return pieces.filter((one) =>
    /^\d+$/.test(one) ? new RegExp(`(?<!\\d)${one}(?!\\d)`).test(text) : text.includes(one),
  );
}
