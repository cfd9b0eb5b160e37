/**
 * Characters that are not seen and change what is: a name with U+202E reads backwards, one with U+200B is another
 * name that looks the same (threats.md A39). Whatever is shown of a cluster, a kubeconfig or a pod has them as marks.
 */

/**
 * Controls but for tab and line breaks; marks, overrides and isolates of direction; what has no width and no glyph.
 * Where writing needs one it stays as it is: joiners inside emoji and behind letters without case (Arabic, Indic),
 * variation selectors behind what has variants, tags in a flag.
 */
const HIDDEN = new RegExp(
  [
    String.raw`[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]`,
    String.raw`[\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069]`,
    String.raw`[\u00AD\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B\u2028\u2029\u2060-\u2065\u206A-\u206F]`,
    String.raw`[\u3164\uFEFF\uFFA0\uFFF0-\uFFFB\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}]`,
    String.raw`(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F\p{M}\p{Lo}])[\u200C\u200D]`,
    String.raw`(?<!\P{ASCII}|[0-9#*](?=\uFE0F\u20E3))[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]`,
    String.raw`(?<!\u{1F3F4}[\u{E0020}-\u{E007F}]*)[\u{E0000}-\u{E007F}]`,
    String.raw`\p{Cs}`,
  ].join("|"),
  "gu",
);
/** Nearly every text is plain, and is looked at no further. */
const PLAIN = /^[\t\n\r -~]*$/;

export interface TextPart {
  text: string;
  /** What stands for the text, which would not be seen. */
  mark?: string;
}

/** Null when all of it is seen as it is. */
export function hiddenParts(text: string): TextPart[] | null {
  if (PLAIN.test(text)) return null;
  const parts: TextPart[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(HIDDEN)) {
    if (index > from) parts.push({ text: text.slice(from, index) });
    parts.push({ text: found, mark: markOf(found) });
    from = index + found.length;
  }
  if (from === 0) return null;
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

/** For where there is room for text alone: titles, attributes, names of files. */
export function markHidden(text: string): string {
  const parts = hiddenParts(text);
  return parts ? parts.map((part) => part.mark ?? part.text).join("") : text;
}

/** "⟨U+202E⟩" */
function markOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}
