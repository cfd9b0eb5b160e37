/** Which links of a terminal's output may be opened. The text of an OSC 8 link says nothing about where it leads. */

/** Longer ones are data, not addresses. */
export const MAX_LINK_CHARS = 2_048;

/** The address as it will be requested; null for anything but plain http and https. */
export function safeLink(text: string): URL | null {
  if (text.length > MAX_LINK_CHARS) return null;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  // "https://your-bank@elsewhere" is written to be misread.
  return url.username === "" && url.password === "" ? url : null;
}

/** Opening needs Ctrl, or Cmd on a Mac: a click alone selects, and output may put a link under any click. */
export function isLinkClick(event: { ctrlKey: boolean; metaKey: boolean }): boolean {
  return event.ctrlKey || event.metaKey;
}

/** Without an opener the new page cannot navigate ours; without a referrer it does not learn our address. */
export function openLink(url: URL): void {
  window.open(url.href, "_blank", "noopener,noreferrer");
}
