/** A class that stands, or nothing: what `condition && "class"` leaves when the condition does not hold. */
type ClassName = string | false | null | undefined;

/**
 * Joins class names. Nothing is merged: where a caller has to overrule a component's own class it says so with
 * Tailwind's "!", which costs the page nothing; a merging library costs it 8 KB before the first pod is seen.
 */
export function cn(...classes: readonly ClassName[]): string {
  let joined = "";
  for (const name of classes) {
    if (!name) continue;
    joined += joined === "" ? name : ` ${name}`;
  }
  return joined;
}
