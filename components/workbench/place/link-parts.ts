/** The links in a line that a program wrote: http and https alone, and none that is written to be misread. */

/** Longer ones are data, not addresses. */
const MAX_LINK_CHARS = 2_048;

export interface LinePart {
  text: string;
  /** Where it begins in the line. */
  at: number;
  /** Absent: plain text. */
  href?: string;
}

export function linkParts(line: string): LinePart[] {
  const parts: LinePart[] = [];
  let end = 0;
  for (const match of line.matchAll(/https?:\/\/[^\s<>"'`]+/gi)) {
    // The sentence's own dot or bracket is not the address's.
    const text = match[0].replace(/[.,;:!?)\]}]+$/, "");
    const href = safeHref(text);
    if (!href) continue;
    if (match.index > end) parts.push({ text: line.slice(end, match.index), at: end });
    parts.push({ text, at: match.index, href });
    end = match.index + text.length;
  }
  if (end < line.length || parts.length === 0) parts.push({ text: line.slice(end), at: end });
  return parts;
}

/** "https://your-bank@elsewhere" leads elsewhere. */
function safeHref(text: string): string | null {
  if (text.length > MAX_LINK_CHARS || !URL.canParse(text)) return null;
  const { href, protocol, username, password } = new URL(text);
  const web = protocol === "http:" || protocol === "https:";
  return web && username === "" && password === "" ? href : null;
}
