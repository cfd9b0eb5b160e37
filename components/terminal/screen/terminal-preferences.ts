/** How a person likes terminals, kept in this browser and shared by all of its terminals. */
import { create } from "zustand";
import { keep, keptObject } from "#components/ui/kept.ts";

const MIN_FONT_PX = 8;
const MAX_FONT_PX = 32;
const DEFAULT_FONT_PX = 13;
const STORAGE_KEY = "porthole.terminal";

export interface TerminalPreferences {
  fontSizePx: number;
  /** xterm then mirrors its screen as text for a screen reader, which costs time on every line. */
  screenReader: boolean;
  /** On a Mac: Option presses Meta in the program, and no longer types the layout's third characters. */
  optionIsMeta: boolean;
}

export const useTerminalPreferences = create<TerminalPreferences>(() => valid(keptObject(STORAGE_KEY)));

export function setPreference(change: Partial<TerminalPreferences>): void {
  const next = valid({ ...useTerminalPreferences.getState(), ...change });
  useTerminalPreferences.setState(next);
  keep(STORAGE_KEY, JSON.stringify(next));
}

function valid(kept: Partial<Record<keyof TerminalPreferences, unknown>>): TerminalPreferences {
  const { fontSizePx, screenReader, optionIsMeta } = kept;
  const px = typeof fontSizePx === "number" && Number.isInteger(fontSizePx) ? fontSizePx : DEFAULT_FONT_PX;
  return {
    fontSizePx: Math.min(MAX_FONT_PX, Math.max(MIN_FONT_PX, px)),
    screenReader: screenReader === true,
    optionIsMeta: optionIsMeta === true,
  };
}
