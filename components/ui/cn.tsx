import { type ClassValue, clsx } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

/** Our sizes are named, so tailwind-merge has to be told that text-mono is a size and not a colour. */
const merge = extendTailwindMerge({
  extend: { classGroups: { "font-size": [{ text: ["xs", "sm", "mono", "base", "lg", "xl"] }] } },
});

/** Joins class names; the last of two that set the same property wins. */
export function cn(...classes: ClassValue[]): string {
  return merge(clsx(classes));
}
