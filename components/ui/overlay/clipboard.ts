"use client";
import { toast } from "./toast.tsx";

/** False when the browser does not let the page: some want a click for it, and none does it without a secure origin. */
export async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Puts text on the clipboard and says so; says also when it could not, with the text, to be copied by hand. */
export async function copyText(text: string, what: string): Promise<void> {
  if (await writeClipboard(text)) toast({ text: `Copied the ${what}.` });
  else toast({ tone: "warn", text: `The browser did not let the page copy the ${what}: ${text}` });
}
