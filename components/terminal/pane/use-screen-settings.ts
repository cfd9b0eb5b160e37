"use client";
import { useEffect } from "react";
import { isTouch } from "../screen/screen-environment.ts";
import { useTerminalPreferences } from "../screen/terminal-preferences.ts";
import type { TerminalScreen } from "../screen/terminal-screen.ts";

/** Keeps a screen at what the person chose, and gives it the focus when its pane comes to the front. */
export function useScreenSettings(screen: TerminalScreen | null, active: boolean): void {
  const { fontSizePx, screenReader, optionIsMeta } = useTerminalPreferences();

  useEffect(() => screen?.setFontSize(fontSizePx), [screen, fontSizePx]);
  useEffect(() => screen?.setScreenReader(screenReader), [screen, screenReader]);
  useEffect(() => screen?.setOptionIsMeta(optionIsMeta), [screen, optionIsMeta]);
  useEffect(() => {
    screen?.setActive(active);
    // On a phone the focus raises the keyboard over what someone may only want to read.
    if (active && !isTouch()) screen?.focus();
  }, [screen, active]);
}
