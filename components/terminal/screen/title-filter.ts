/** A window title comes from whatever runs in the pod. It is shown as text, and may not pretend to be other text. */

import { markHidden } from "#protocol/hidden-characters.ts";

export const MAX_TITLE_CHARS = 128;

/** Controls, separators of lines, and what has no glyph of its own. */
const UNPRINTABLE = /[\p{Cc}\p{Co}\p{Cs}\u2028\u2029]/gu;

/** What reorders or hides its neighbours is seen as a mark. Null when nothing readable is left. */
export function cleanTitle(raw: string): string | null {
  const text = markHidden(raw.replace(UNPRINTABLE, "").replace(/\s+/g, " ").trim());
  if (text === "") return null;
  const characters = [...text];
  return characters.length <= MAX_TITLE_CHARS
    ? text
    : `${characters.slice(0, MAX_TITLE_CHARS - 1).join("")}…`;
}
