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

/** In a terminal every key belongs to the program but these. Shells use no chord of Ctrl and Shift: ttys cannot send one. */
export const TERMINAL_KEYS: readonly { keys: readonly string[]; what: string }[] = [
  { keys: ["Ctrl", "Shift", "←"], what: "Tab to the left" },
  { keys: ["Ctrl", "Shift", "→"], what: "Tab to the right" },
  { keys: ["Ctrl", "Shift", "K"], what: "Find anything (Ctrl K belongs to the shell)" },
  { keys: ["Ctrl", "Shift", "B"], what: "Give the terminal the whole page, or end that" },
  { keys: ["Ctrl", "Shift", "F"], what: "Search in the terminal" },
  { keys: ["Ctrl", "Shift", "C"], what: "Copy the selection" },
  { keys: ["Ctrl", "Shift", "V"], what: "Paste" },
  { keys: ["Ctrl", "Shift", "E"], what: "Leave the terminal, to reach the page with Tab" },
];
