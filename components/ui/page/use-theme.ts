"use client";
import { useEffect } from "react";
import { create } from "zustand";
import { DARK_QUERY, showTheme, storedTheme, storeTheme, type ThemeChoice } from "./theme.ts";

/** "system" until the page has arrived: the exported page knows nothing of this browser. */
const useThemeStore = create<{ theme: ThemeChoice }>(() => ({ theme: "system" }));

export function setTheme(theme: ThemeChoice): void {
  useThemeStore.setState({ theme });
  storeTheme(theme);
  showTheme(theme);
}

/** The person's choice. Follows the system while it is "system". */
export function useTheme(): ThemeChoice {
  const theme = useThemeStore((store) => store.theme);

  useEffect(() => useThemeStore.setState({ theme: storedTheme() }), []);

  useEffect(() => {
    if (theme !== "system") return;
    const media = matchMedia(DARK_QUERY);
    const follow = () => showTheme("system");
    media.addEventListener("change", follow);
    return () => media.removeEventListener("change", follow);
  }, [theme]);

  return theme;
}
