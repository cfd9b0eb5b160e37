/** Which keys the page takes before the terminal does. Everything not named here belongs to the program in the pod. */

/** Gives the focus back to the page; said in the terminal's description and in its details. */
export const LEAVE_CHORD = "Ctrl+Shift+E";
export const SEARCH_CHORD = "Ctrl+Shift+F";

export type KeyAction =
  | "terminal"
  | "copy"
  /** The browser acts on it and fires a paste event. */
  | "browser"
  /** The page around the terminal acts on it. */
  | "page"
  | "search"
  | "leave";

export interface KeyStroke {
  /** Of the KeyboardEvent: the character or the key's name. */
  key: string;
  /** Where the key is, named as on a US keyboard. */
  code: string;
  ctrlKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

const ARROW = /^Arrow/;
const LETTER_CODE = /^Key([A-Z])$/;

/**
 * Ctrl-V stays with the program: vim selects blocks with it, and a shell takes the next key as it is. With Shift it
 * pastes.
 * @param mac Cmd copies and pastes there, so Ctrl keeps its meaning for the program
 */
export function keyAction(stroke: KeyStroke, hasSelection: boolean, mac: boolean): KeyAction {
  const key = chordKey(stroke);
  if (stroke.altKey) return "terminal";
  if (stroke.metaKey) return macAction(key, stroke.ctrlKey, mac);
  if (!stroke.ctrlKey) return stroke.shiftKey && key === "insert" ? "browser" : "terminal";
  if (stroke.shiftKey) return chordAction(stroke.key, key);
  // Without a selection Ctrl-C has to stay the interrupt.
  if (key === "insert") return "copy";
  if (mac) return "terminal";
  return key === "c" && hasSelection ? "copy" : "terminal";
}

/** A layout of other letters (Cyrillic, Greek) has its chords where a US keyboard has them. */
export function chordKey({ key, code }: Pick<KeyStroke, "key" | "code">): string {
  const place = key.length === 1 && key > "\x7f" ? LETTER_CODE.exec(code)?.[1] : undefined;
  return (place ?? key).toLowerCase();
}

function chordAction(name: string, key: string): KeyAction {
  if (ARROW.test(name)) return "page";
  switch (key) {
    // With or without a selection: the browser would open its developer tools.
    case "c":
      return "copy";
    case "v":
      return "browser";
    case "f":
      return "search";
    case "e":
      return "leave";
    default:
      return "terminal";
  }
}

function macAction(key: string, ctrl: boolean, mac: boolean): KeyAction {
  if (!mac || ctrl) return "terminal";
  if (key === "c" || key === "v") return "browser";
  if (key === "f") return "search";
  return key === "k" ? "page" : "terminal";
}

/**
 * What terminals send and xterm.js has no code for: Ctrl-/ is undo in Emacs and a comment in vim, wherever the layout
 * has its slash. Null: xterm knows.
 */
export function missingCode({ key, ctrlKey, altKey, metaKey }: KeyStroke): string | null {
  return key === "/" && ctrlKey && !altKey && !metaKey ? "\x1f" : null;
}

/** The phone's Ctrl key and one character: "c" becomes the interrupt. Other input stays as it is. */
export function withControl(data: string): string {
  if (data.length !== 1) return data;
  const upper = data.toUpperCase();
  if (upper >= "@" && upper <= "_") return String.fromCharCode(upper.charCodeAt(0) & 0x1f);
  if (data === " ") return "\0";
  return data === "?" ? "\x7f" : data;
}
