/** A window title comes from whatever runs in the pod. It is shown as text, and may not pretend to be other text. */

export const MAX_TITLE_CHARS = 128;

/** C0 and C1 controls, and what reorders or hides its neighbours: bidi controls, zero-width and tag characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029\u{e0000}-\u{e007f}]/gu;

/** Null when nothing readable is left. */
export function cleanTitle(raw: string): string | null {
  const text = raw.replace(UNPRINTABLE, "").replace(/\s+/g, " ").trim();
  if (text === "") return null;
  const characters = [...text];
  return characters.length <= MAX_TITLE_CHARS
    ? text
    : `${characters.slice(0, MAX_TITLE_CHARS - 1).join("")}…`;
}
