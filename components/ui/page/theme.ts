/** Light or dark: the choice is kept in this browser, and set on the root element before the first paint. */

export type ThemeChoice = "system" | "light" | "dark";

export const THEME_STORAGE_KEY = "porthole.theme";

/** Runs inline in the head, so that a dark page never flashes white. Its hash is in the content security policy. */
export const THEME_SCRIPT = `(function(){var c=null;try{c=localStorage.getItem("${THEME_STORAGE_KEY}")}catch(e){}
if(c!=="light"&&c!=="dark")c=matchMedia("(prefers-color-scheme: dark)").matches?"dark":"light";
document.documentElement.dataset.theme=c})()`;
