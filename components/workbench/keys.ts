/**
 * Every key of the page, in the order in which they are needed. Single letters work while nothing is typed into
 * (use-shortcuts.ts); a browser or a screen reader may have taken any chord, so each has a button as well.
 */
export const PAGE_KEYS: readonly { keys: readonly string[]; what: string }[] = [
  { keys: ["/"], what: "Filter the pods" },
  { keys: ["↑", "↓"], what: "Move between pods" },
  { keys: ["Enter"], what: "Open a shell in the selected pod" },
  { keys: ["L"], what: "Show its log" },
  { keys: ["O"], what: "Open its first port" },
  { keys: ["Ctrl", "K"], what: "Find anything" },
  { keys: ["Ctrl", "Shift", "B"], what: "Hide both panels, or show them" },
  { keys: ["?"], what: "Show the keys" },
];

/**
 * In a terminal every key belongs to the program but these (terminal-keys.ts, use-shortcuts.ts, and what xterm scrolls
 * and selects with). Shells use no chord of Ctrl and Shift with a letter: ttys cannot send one.
 */
export const TERMINAL_KEYS: readonly { keys: readonly string[]; what: string }[] = [
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
export const MAC_TERMINAL_KEYS: typeof TERMINAL_KEYS = [
  { keys: ["⌃", "⇧", "←"], what: "Tab to the left (also ↑)" },
  { keys: ["⌃", "⇧", "→"], what: "Tab to the right (also ↓)" },
  { keys: ["⌘", "K"], what: "Find anything" },
  { keys: ["⌘", "F"], what: "Search in the terminal" },
  { keys: ["⌘", "C"], what: "Copy the selection" },
  { keys: ["⌘", "V"], what: "Paste" },
  { keys: ["⌘", "A"], what: "Select everything" },
  { keys: ["⇧", "Page Up"], what: "Scroll up (⇧ Page Down: down)" },
  { keys: ["⌥", "drag"], what: "Select while the program has the mouse" },
  { keys: ["⌃", "⇧", "E"], what: "Leave the terminal, to reach the page with Tab" },
];
