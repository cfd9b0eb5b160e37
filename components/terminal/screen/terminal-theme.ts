/** The terminal's colours: the page's own tokens where it has them, and sixteen ANSI colours that suit each theme. */
import type { ITheme } from "@xterm/xterm";

type AnsiColours = Pick<
  ITheme,
  | "black"
  | "red"
  | "green"
  | "yellow"
  | "blue"
  | "magenta"
  | "cyan"
  | "white"
  | "brightBlack"
  | "brightRed"
  | "brightGreen"
  | "brightYellow"
  | "brightBlue"
  | "brightMagenta"
  | "brightCyan"
  | "brightWhite"
>;

const DARK_ANSI: AnsiColours = {
  black: "#1f262e",
  red: "#f0736f",
  green: "#5ec98a",
  yellow: "#f0b34e",
  blue: "#7fb2ff",
  magenta: "#d596e8",
  cyan: "#41c7b9",
  white: "#c9d1da",
  brightBlack: "#7d8897",
  brightRed: "#ff938f",
  brightGreen: "#7fe0a6",
  brightYellow: "#ffcb74",
  brightBlue: "#a5caff",
  brightMagenta: "#e7b5f5",
  brightCyan: "#6fe0d4",
  brightWhite: "#f4f7fa",
};

const LIGHT_ANSI: AnsiColours = {
  black: "#171b21",
  red: "#b8322e",
  green: "#1d7a43",
  yellow: "#8a5800",
  blue: "#1c5bc4",
  magenta: "#8b3aa8",
  cyan: "#0a776d",
  white: "#515b68",
  brightBlack: "#626c79",
  brightRed: "#c9423d",
  brightGreen: "#237f4b",
  brightYellow: "#946200",
  brightBlue: "#2f6bd4",
  brightMagenta: "#9a4ab8",
  brightCyan: "#117f75",
  brightWhite: "#171b21",
};

const FALLBACK = { term: "#0a0c0f", text: "#e7ebf0", accent: "#41c7b9", dim: "#96a1af" };
const HEX = /^#[0-9a-f]{6}$/i;
/** Appended to a colour: how much of it is seen through a selection, of 255. */
const SELECTION_ALPHA = "4d";
const INACTIVE_SELECTION_ALPHA = "2e";
const SCROLLBAR_ALPHA = "33";

/** Reads the tokens as they are set on the element now. */
export function readTheme(element: Element): ITheme {
  const style = getComputedStyle(element);
  const token = (name: keyof typeof FALLBACK): string => {
    const value = style.getPropertyValue(`--${name}`).trim();
    // xterm takes transparency only from a colour it can split, so anything but #rrggbb is not used.
    return HEX.test(value) ? value : FALLBACK[name];
  };
  const background = token("term");
  const accent = token("accent");
  const text = token("text");
  return {
    ...(isDark(background) ? DARK_ANSI : LIGHT_ANSI),
    background,
    foreground: text,
    cursor: text,
    cursorAccent: background,
    selectionBackground: accent + SELECTION_ALPHA,
    selectionInactiveBackground: accent + INACTIVE_SELECTION_ALPHA,
    scrollbarSliderBackground: token("dim") + SCROLLBAR_ALPHA,
    overviewRulerBorder: background,
  };
}

/** Calls back after the page changed its theme. @returns stops watching */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["data-theme", "class", "style"],
  });
  const preference = matchMedia("(prefers-color-scheme: dark)");
  preference.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    preference.removeEventListener("change", changed);
  };
}

/** By the perceived weight of red, green and blue (ITU-R BT.601). */
export function isDark(hex: string): boolean {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [
    number,
    number,
    number,
  ];
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}
