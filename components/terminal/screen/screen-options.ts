/** How xterm is set up, in one place, with the reason for each choice that is not taste. */
import type { ITerminalInitOnlyOptions, ITerminalOptions, ITheme } from "@xterm/xterm";

/** Lines above the screen; about 9 MB when all of them are full. */
const SCROLLBACK_LINES = 5_000;
/** Of the scroll bar, and of the marks that a search puts beside it; xterm's own default. */
export const RULER_WIDTH_PX = 14;
/** WCAG AA for text: dim grey on black is a colour scheme's favourite, and unreadable at night. */
const CONTRAST_RATIO = 4.5;

export interface ScreenLook {
  theme: ITheme;
  fontFamily: string;
  fontSizePx: number;
  screenReader: boolean;
  optionIsMeta: boolean;
}

export function screenOptions(look: ScreenLook): ITerminalOptions & ITerminalInitOnlyOptions {
  return {
    // Unicode versions and search highlights are still called proposals.
    allowProposedApi: true,
    scrollback: SCROLLBACK_LINES,
    minimumContrastRatio: CONTRAST_RATIO,
    fontFamily: look.fontFamily,
    fontSize: look.fontSizePx,
    lineHeight: 1.1,
    theme: look.theme,
    screenReaderMode: look.screenReader,
    // It would log every malformed sequence, which is as many as a pod likes to print.
    logLevel: "off",
    cursorBlink: false,
    cursorInactiveStyle: "outline",
    // Off unless a person wants it: on most Mac layouts Option types @ [ ] { } | and ~.
    macOptionIsMeta: look.optionIsMeta,
    macOptionClickForcesSelection: true,
    rightClickSelectsWord: false,
    // Every report about the window stays off: it would let output put words into the shell's input.
    windowOptions: {},
  };
}
