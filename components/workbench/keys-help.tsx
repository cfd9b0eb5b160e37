import { isMac } from "#components/terminal/screen/screen-environment.ts";
import { KeyList } from "./key-list.tsx";
import { type KeyLine, PAGE_KEYS } from "./keys.ts";

/**
 * In a terminal every key belongs to the program but these (terminal-keys.ts, use-shortcuts.ts, and what xterm scrolls
 * and selects with). Shells use no chord of Ctrl and Shift with a letter: ttys cannot send one.
 */
const TERMINAL_KEYS: readonly KeyLine[] = [
  { keys: ["Ctrl", "Shift", "←"], what: "Tab to the left (also ↑)" },
  { keys: ["Ctrl", "Shift", "→"], what: "Tab to the right (also ↓)" },
  { keys: ["Ctrl", "Shift", "K"], what: "Find anything (Ctrl K belongs to the shell)" },
  { keys: ["Ctrl", "Shift", "B"], what: "Give the terminal the whole page, or end that" },
  { keys: ["Ctrl", "Shift", "F"], what: "Search in the terminal" },
  { keys: ["Ctrl", "C"], what: "Copy the selection (without one: interrupt)" },
  { keys: ["Ctrl", "Shift", "C"], what: "Copy the selection (also Ctrl Insert)" },
  { keys: ["Ctrl", "Shift", "V"], what: "Paste (also Shift Insert; Ctrl V belongs to the program)" },
  { keys: ["Shift", "Page Up"], what: "Scroll up (Shift Page Down: down)" },
  { keys: ["Shift", "drag"], what: "Select while the program has the mouse" },
  { keys: ["Ctrl", "Shift", "E"], what: "Leave the terminal, to reach the page with Tab" },
];

/** The same on a Mac, where Ctrl belongs to the program alone, but for the chords with Shift. */
const MAC_TERMINAL_KEYS: readonly KeyLine[] = [
  { keys: ["⌃", "⇧", "←"], what: "Tab to the left (also ↑)" },
  { keys: ["⌃", "⇧", "→"], what: "Tab to the right (also ↓)" },
  { keys: ["⌘", "K"], what: "Find anything" },
  { keys: ["⌃", "⇧", "B"], what: "Give the terminal the whole page, or end that" },
  { keys: ["⌘", "F"], what: "Search in the terminal" },
  { keys: ["⌘", "C"], what: "Copy the selection" },
  { keys: ["⌘", "V"], what: "Paste" },
  { keys: ["⌘", "A"], what: "Select everything" },
  { keys: ["⇧", "Page Up"], what: "Scroll up (⇧ Page Down: down)" },
  { keys: ["⌥", "drag"], what: "Select while the program has the mouse" },
  { keys: ["⌃", "⇧", "E"], what: "Leave the terminal, to reach the page with Tab" },
];

/** What a browser keeps for itself is said, or it would look like our fault. */
export function KeysHelp() {
  return (
    <>
      <h3 className="mt-2 mb-1 text-faint text-sm">On the page</h3>
      <KeyList keys={PAGE_KEYS} />
      <h3 className="mt-4 mb-1 text-faint text-sm">In a terminal</h3>
      <KeyList keys={isMac() ? MAC_TERMINAL_KEYS : TERMINAL_KEYS} />
      <p className="mt-4 text-dim text-sm">
        Ctrl W, Ctrl T, Ctrl N (also with Shift), Ctrl Tab and Ctrl Page Up or Down belong to the browser; on
        a Mac ⌘ W, T, N and Q. Installed as an app, Porthole gives Ctrl W, T and N to the shell.
      </p>
    </>
  );
}
