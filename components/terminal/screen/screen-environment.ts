/** What a terminal needs to know of the browser around it. */

/** A missing font is a blemish; a terminal that waits for one is broken. */
const FONT_WAIT_MS = 2_000;

/**
 * Waits for the element's font in both weights. xterm measures its cells once, and its texture atlas keeps what it
 * drew: with the fallback font both would stay wrong (xterm.js#2963).
 */
export async function fontReady(element: Element): Promise<void> {
  const { fonts } = document;
  if (!fonts) return;
  const { fontFamily } = getComputedStyle(element);
  const loads = Promise.all([fonts.load(`16px ${fontFamily}`), fonts.load(`bold 16px ${fontFamily}`)]);
  const wait = new Promise<void>((resolve) => setTimeout(resolve, FONT_WAIT_MS));
  await Promise.race([loads.catch(() => undefined), wait]);
}

export function isMac(): boolean {
  return /^(Mac|iP)/.test(navigator.platform);
}

/** The pointer is a finger: there is an on-screen keyboard, and taking the focus would raise it. */
export function isTouch(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}

/** Calls back when what was cut off may be back: the network, or a person in front of the page. @returns stops */
export function onWake(wake: () => void): () => void {
  const shown = () => {
    if (document.visibilityState === "visible") wake();
  };
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", shown);
  return () => {
    removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", shown);
  };
}
