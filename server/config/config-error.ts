/** What is said when Porthole cannot start: one line, whatever the values in it hold. */

const MAX_LINE_CHARS = 500;
const MAX_SHOWN_CHARS = 80;

/** A flag, variable or file that cannot be used; the message is the whole output, exit status 2. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "CONFIG";

  constructor(message: string, options?: ErrorOptions) {
    super(oneLine(message), options);
  }
}

/** Line breaks, escape sequences and marks that turn the direction of a text are shown as a mark of our own. */
export function oneLine(text: string): string {
  const plain = text.trim().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\u{fffd}");
  return plain.length > MAX_LINE_CHARS ? `${plain.slice(0, MAX_LINE_CHARS)}…` : plain;
}

/** A value for a message: cut, and without the user information of a URL (threats.md A18). */
export function shown(value: string): string {
  const clean = value.replace(/\/\/[^/]*@/, "//***@");
  return clean.length > MAX_SHOWN_CHARS ? `${clean.slice(0, MAX_SHOWN_CHARS)}…` : clean;
}
