export interface KeyLine {
  keys: readonly string[];
  what: string;
}

/**
 * Every key of the page, in the order in which they are needed. Single letters work while nothing is typed into
 * (use-shortcuts.ts); a browser or a screen reader may have taken any chord, so each has a button as well.
 */
export const PAGE_KEYS: readonly KeyLine[] = [
  { keys: ["/"], what: "Filter the pods" },
  { keys: ["↑", "↓"], what: "Move between pods" },
  { keys: ["Enter"], what: "Open a shell in the selected pod" },
  { keys: ["L"], what: "Show its log" },
  { keys: ["Ctrl", "F"], what: "Search in the log" },
  { keys: ["O"], what: "Open its first port" },
  { keys: ["Ctrl", "K"], what: "Find anything" },
  { keys: ["Ctrl", "Shift", "B"], what: "Hide both panels, or show them" },
  { keys: ["?"], what: "Show the keys" },
];
