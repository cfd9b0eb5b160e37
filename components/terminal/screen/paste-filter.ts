/**
 * What a paste may carry into a shell. A web page can put other text on the clipboard than it shows: control
 * characters there end a bracketed paste (ESC [ 201 ~) or press keys, and a line break runs a command unseen.
 */

/** C0 except tab, line feed and carriage return; DEL; C1, which a terminal reads as ESC sequences. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;
const LINE_BREAK = /\r\n|\r|\n/;
/** The end of the last line begins no further one. */
const LAST_BREAK = /(?:\r\n|\r|\n)$/;

export interface PasteReview {
  /** What may be pasted. */
  text: string;
  /** Control characters that were taken out. */
  removed: number;
  lines: number;
  /** A shell without bracketed paste runs every line as it arrives, so a person has to agree first. */
  mustAsk: boolean;
}

/** @param bracketed the program has asked for bracketed paste, so it can tell pasting from typing */
export function reviewPaste(clipboard: string, bracketed: boolean): PasteReview {
  const text = clipboard.replace(CONTROLS, "");
  const lines = text.replace(LAST_BREAK, "").split(LINE_BREAK).length;
  const runs = LINE_BREAK.test(text);
  return { text, removed: clipboard.length - text.length, lines, mustAsk: runs && !bracketed };
}
