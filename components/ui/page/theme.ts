/** Light or dark: the choice is kept in this browser, and set on the root element before the first paint. */
import { keep, kept } from "../kept.ts";

export type ThemeChoice = "system" | "light" | "dark";

const STORAGE_KEY = "porthole.theme";

/** Runs inline in the head, so that a dark page never flashes white. Its hash is in the content security policy. */
export const THEME_SCRIPT = `(function(){var c=null;try{c=localStorage.getItem("${STORAGE_KEY}")}catch(e){}
if(c!=="light"&&c!=="dark")c=matchMedia("(prefers-color-scheme: dark)").matches?"dark":"light";
document.documentElement.dataset.theme=c})()`;

export const DARK_QUERY = "(prefers-color-scheme: dark)";

export function storedTheme(): ThemeChoice {
  const choice = kept(STORAGE_KEY);
  return choice === "light" || choice === "dark" ? choice : "system";
}

/** Puts the choice on the page, as the script above did for the first paint. */
export function showTheme(choice: ThemeChoice): void {
  const dark = choice === "system" ? matchMedia(DARK_QUERY).matches : choice === "dark";
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

export function storeTheme(choice: ThemeChoice): void {
  keep(STORAGE_KEY, choice === "system" ? null : choice);
}
