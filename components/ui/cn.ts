import { type ClassValue, clsx } from "clsx";

/**
 * Joins class names. Nothing is merged: where a caller has to overrule a component's own class it says so with
 * Tailwind's "!", which costs the page nothing; a merging library costs it 8 KB before the first pod is seen.
 */
export function cn(...classes: ClassValue[]): string {
  return clsx(...classes);
}
