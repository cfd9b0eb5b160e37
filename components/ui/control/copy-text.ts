"use client";
import { toast } from "../overlay/toast.tsx";

/** Puts text on the clipboard and says so; says also when the browser does not let the page. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ text: `Copied the ${what}.` });
  } catch {
    toast({ tone: "warn", text: `The browser did not let the page copy the ${what}: ${text}` });
  }
}
