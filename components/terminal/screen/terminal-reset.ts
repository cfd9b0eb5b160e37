/** Sequences that undo what programs switch on (xterm's ctlseqs), for when one of them died before it could. */
import { encodeText } from "#protocol/text.ts";

const CSI = "\x1b[";
const off = (modes: readonly number[]) => modes.map((mode) => `${CSI}?${mode}l`).join("");

/** CAN: gives up a sequence that was cut off in its middle, which would swallow what follows. */
export const END_OF_STRING = encodeText("\x18");

/** Mouse tracking in all of its forms and encodings, reports of focus, bracketed paste. */
export const INPUT_MODES_OFF = off([9, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004]);

/** Back to the screen of the shell; only while another is shown, since it moves the cursor too. */
export const LEAVE_ALTERNATE = `${CSI}?1049l`;

/**
 * Without a loss of text. DECSTR resets attributes, scroll region, character sets, origin and insert mode, and shows
 * the cursor; what it leaves alone: cursor keys, wrap, reverse video, synchronized output, keypad, the cursor's shape,
 * and colours that a program has changed (OSC 104, 110 to 112).
 */
export const SOFT_RESET =
  `${INPUT_MODES_OFF}${CSI}!p${off([1, 5, 45, 66, 2026])}${CSI}?7h${CSI}20l\x1b>${CSI}0 q` +
  "\x1b]104\x1b\\\x1b]110\x1b\\\x1b]111\x1b\\\x1b]112\x1b\\";
