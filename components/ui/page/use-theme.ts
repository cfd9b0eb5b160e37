"use client";
import { useEffect } from "react";
import { create } from "zustand";
import { THEME_STORAGE_KEY, type ThemeChoice } from "./theme.ts";

const DARK_QUERY = "(prefers-color-scheme: dark)";

/** "system" until the page has arrived: the exported page knows nothing of this browser. */
const useThemeStore = create<{ theme: ThemeChoice }>(() => ({ theme: "system" }));

function storedChoice(): ThemeChoice {
  try {
    const choice = localStorage.getItem(THEME_STORAGE_KEY);
    return choice === "light" || choice === "dark" ? choice : "system";
  } catch {
    return "system";
  }
}

function show(choice: ThemeChoice): void {
  const dark = choice === "system" ? matchMedia(DARK_QUERY).matches : choice === "dark";
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

export function setTheme(theme: ThemeChoice): void {
  useThemeStore.setState({ theme });
  try {
    if (theme === "system") localStorage.removeItem(THEME_STORAGE_KEY);
    else localStorage.setItem(THEME_STORAGE_KEY, theme);
  } catch {
    // Storage may be switched off; the choice then lasts as long as the page.
  }
  show(theme);
}

/** The person's choice. Follows the system while it is "system". */
export function useTheme(): ThemeChoice {
  const theme = useThemeStore((store) => store.theme);

  useEffect(() => useThemeStore.setState({ theme: storedChoice() }), []);

  useEffect(() => {
    if (theme !== "system") return;
    const media = matchMedia(DARK_QUERY);
    const follow = () => show("system");
    media.addEventListener("change", follow);
    return () => media.removeEventListener("change", follow);
  }, [theme]);

  return theme;
}
